<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Field;

/** A mail that was sent. See Row about dates and extra. */
final class SentEmail implements Row
{
    /** The fields under the service's names. */
    private const FIELDS = [
        'row_index' => null, 'date_sent' => null, 'email' => null, 'campaign_id' => null, 'contact_id' => null,
        'external_id' => null, 'sending_source' => null, 'message_size' => null, 'transaction_id' => null,
    ];

    /**
     * @param ?int $rowIndex the mail's own number
     * @param ?\DateTimeImmutable $dateSent when, wall-clock
     * @param ?string $email the address
     * @param ?string $externalId the account's own id of the contact
     * @param ?string $sendingSource such as "Campaign"
     * @param array<array-key, mixed> $extra what else came
     */
    public function __construct(
        public readonly ?int $rowIndex = null,
        public readonly ?\DateTimeImmutable $dateSent = null,
        public readonly ?string $email = null,
        public readonly ?int $campaignId = null,
        public readonly ?int $contactId = null,
        public readonly ?string $externalId = null,
        public readonly ?string $sendingSource = null,
        public readonly ?int $messageSize = null,
        public readonly ?string $transactionId = null,
        public readonly array $extra = [],
    ) {
    }

    public static function fromArray(array $row): self
    {
        $extra = array_diff_key($row, self::FIELDS);
        $row += self::FIELDS;
        return new self(
            is_int($row['row_index']) ? $row['row_index'] : Field::integer($row['row_index'], 'row_index', $extra),
            Field::date($row['date_sent'], 'date_sent', $extra),
            is_string($row['email']) ? $row['email'] : Field::text($row['email'], 'email', $extra),
            is_int($row['campaign_id']) ? $row['campaign_id'] : Field::integer($row['campaign_id'], 'campaign_id', $extra),
            is_int($row['contact_id']) ? $row['contact_id'] : Field::integer($row['contact_id'], 'contact_id', $extra),
            is_string($row['external_id']) ? $row['external_id'] : Field::text($row['external_id'], 'external_id', $extra),
            is_string($row['sending_source']) ? $row['sending_source'] : Field::text($row['sending_source'], 'sending_source', $extra),
            is_int($row['message_size']) ? $row['message_size'] : Field::integer($row['message_size'], 'message_size', $extra),
            is_string($row['transaction_id']) ? $row['transaction_id'] : Field::text($row['transaction_id'], 'transaction_id', $extra),
            $extra,
        );
    }

    public function toArray(): array
    {
        return array_replace([
            'row_index' => $this->rowIndex,
            'date_sent' => Field::dateText($this->dateSent),
            'email' => $this->email,
            'campaign_id' => $this->campaignId,
            'contact_id' => $this->contactId,
            'external_id' => $this->externalId,
            'sending_source' => $this->sendingSource,
            'message_size' => $this->messageSize,
            'transaction_id' => $this->transactionId,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
