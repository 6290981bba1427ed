<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;

/** A mail that was not sent, and why. See Row about dates and extra. */
final class UndeliveredEmail implements Row
{
    /** The fields under the service's names. */
    private const FIELDS = [
        'id' => null, 'create_date' => null, 'reason' => null, 'email' => null, 'campaign_id' => null,
        'contact_id' => null, 'external_id' => null,
    ];

    /**
     * @param ?\DateTimeImmutable $createDate when, wall-clock
     * @param ?string $reason "unsubscribed", "frequency_limit", "bounced", … or any other
     * @param ?string $email the address
     * @param ?string $externalId the account's own id of the contact
     * @param array<array-key, mixed> $extra what else came
     */
    public function __construct(
        public readonly ?int $id = null,
        public readonly ?\DateTimeImmutable $createDate = null,
        public readonly ?string $reason = null,
        public readonly ?string $email = null,
        public readonly ?int $campaignId = null,
        public readonly ?int $contactId = null,
        public readonly ?string $externalId = null,
        public readonly array $extra = [],
    ) {
    }

    public static function fromArray(array $row): self
    {
        $extra = array_diff_key($row, self::FIELDS);
        $row += self::FIELDS;
        return new self(
            is_int($row['id']) ? $row['id'] : Field::integer($row['id'], 'id', $extra),
            Field::date($row['create_date'], 'create_date', $extra),
            is_string($row['reason']) ? $row['reason'] : Field::text($row['reason'], 'reason', $extra),
            is_string($row['email']) ? $row['email'] : Field::text($row['email'], 'email', $extra),
            is_int($row['campaign_id']) ? $row['campaign_id'] : Field::integer($row['campaign_id'], 'campaign_id', $extra),
            is_int($row['contact_id']) ? $row['contact_id'] : Field::integer($row['contact_id'], 'contact_id', $extra),
            is_string($row['external_id']) ? $row['external_id'] : Field::text($row['external_id'], 'external_id', $extra),
            $extra,
        );
    }

    public function toArray(): array
    {
        return array_replace([
            'id' => $this->id,
            'create_date' => Field::dateText($this->createDate),
            'reason' => $this->reason,
            'email' => $this->email,
            'campaign_id' => $this->campaignId,
            'contact_id' => $this->contactId,
            'external_id' => $this->externalId,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
