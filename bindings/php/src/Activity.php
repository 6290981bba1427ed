<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;

/** What a contact did with a mail. See Row about dates and extra. */
final class Activity implements Row
{
    /** The fields under the service's names. */
    private const FIELDS = [
        'id' => null, 'action_date' => null, 'action_type' => null, 'campaign_id' => null, 'contact_id' => null,
        'external_id' => null, 'ip' => null, 'remarks' => null, 'additional_data' => null,
    ];

    /**
     * @param ?int $id of this activity
     * @param ?\DateTimeImmutable $actionDate when, wall-clock
     * @param ?string $actionType "emailOpened", "emailClicked", … or any other
     * @param ?string $externalId the account's own id of the contact
     * @param ?string $ip one address, or more with commas between
     * @param ?string $remarks a click's link number
     * @param ?string $additionalData a click's URL
     * @param array<array-key, mixed> $extra what else came
     */
    public function __construct(
        public readonly ?int $id = null,
        public readonly ?\DateTimeImmutable $actionDate = null,
        public readonly ?string $actionType = null,
        public readonly ?int $campaignId = null,
        public readonly ?int $contactId = null,
        public readonly ?string $externalId = null,
        public readonly ?string $ip = null,
        public readonly ?string $remarks = null,
        public readonly ?string $additionalData = null,
        public readonly array $extra = [],
    ) {
    }

    public static function fromArray(array $row): self
    {
        $extra = array_diff_key($row, self::FIELDS);
        $row += self::FIELDS;
        return new self(
            is_int($row['id']) ? $row['id'] : Field::integer($row['id'], 'id', $extra),
            Field::date($row['action_date'], 'action_date', $extra),
            is_string($row['action_type']) ? $row['action_type'] : Field::text($row['action_type'], 'action_type', $extra),
            is_int($row['campaign_id']) ? $row['campaign_id'] : Field::integer($row['campaign_id'], 'campaign_id', $extra),
            is_int($row['contact_id']) ? $row['contact_id'] : Field::integer($row['contact_id'], 'contact_id', $extra),
            is_string($row['external_id']) ? $row['external_id'] : Field::text($row['external_id'], 'external_id', $extra),
            is_string($row['ip']) ? $row['ip'] : Field::text($row['ip'], 'ip', $extra),
            is_string($row['remarks']) ? $row['remarks'] : Field::text($row['remarks'], 'remarks', $extra),
            is_string($row['additional_data']) ? $row['additional_data'] : Field::text($row['additional_data'], 'additional_data', $extra),
            $extra,
        );
    }

    public function toArray(): array
    {
        return array_replace([
            'id' => $this->id,
            'action_date' => Field::dateText($this->actionDate),
            'action_type' => $this->actionType,
            'campaign_id' => $this->campaignId,
            'contact_id' => $this->contactId,
            'external_id' => $this->externalId,
            'ip' => $this->ip,
            'remarks' => $this->remarks,
            'additional_data' => $this->additionalData,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
