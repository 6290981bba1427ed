<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** A count of a campaign in which mirror and service differed at first. */
final class AuditDifference implements \JsonSerializable
{
    /**
     * @param string $field its name in the summary: "opens_unique"
     * @param ?int $service as the service counts it
     * @param ?int $mirror what the mirror's rows added up to at first
     * @param ?int $found what they add up to in the end
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly string $field,
        public readonly ?int $service,
        public readonly ?int $mirror,
        public readonly ?int $found,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        return new self(
            $members->text('field') ?? '',
            $members->integer('service'),
            $members->integer('mirror'),
            $members->integer('found'),
            $members->rest(),
        );
    }

    /** @return array<array-key, mixed> under the library's names */
    public function toArray(): array
    {
        return array_replace([
            'field' => $this->field,
            'service' => $this->service,
            'mirror' => $this->mirror,
            'found' => $this->found,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
