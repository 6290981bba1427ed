<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Internal\Members;

/** What a sync did, as a certificate of completeness. */
final class SyncReport implements \JsonSerializable
{
    /**
     * @param bool $complete it came to its end, nothing is pending, no gap is open, and no campaign that was to be audited differs
     * @param ?string $stopped "max_seconds" or "progress"; null if the sync came to its end
     * @param int $requests repeats included
     * @param int $retries repeats
     * @param int $bytes of the answers, decompressed
     * @param int $pages answers with rows
     * @param array<string, SyncMethod> $methods by "sentEmails", "undelivered" and "activities"
     * @param list<SyncGap> $gaps those found or healed by this sync, and those still open
     * @param ?SyncAudit $audit null if the library tells of none
     * @param ?SyncWebhooks $webhooks null if the library tells of none
     * @param list<SyncWindow> $pending what is still to be read
     * @param list<string> $notes sentences for a person
     * @param array<array-key, mixed> $extra what a later libinwise tells beyond that
     */
    public function __construct(
        public readonly bool $complete,
        public readonly ?string $stopped,
        public readonly float $seconds,
        public readonly int $requests,
        public readonly int $retries,
        public readonly int $bytes,
        public readonly int $pages,
        public readonly array $methods,
        public readonly array $gaps,
        public readonly ?SyncAudit $audit,
        public readonly ?SyncWebhooks $webhooks,
        public readonly array $pending,
        public readonly array $notes,
        public readonly array $extra = [],
    ) {
    }

    /** @internal */
    public static function from(Members $members): self
    {
        $audit = $members->object('audit');
        $webhooks = $members->object('webhooks');
        return new self(
            $members->isTrue('complete'),
            $members->text('stopped'),
            $members->number('seconds') ?? 0.0,
            $members->integer('requests') ?? 0,
            $members->integer('retries') ?? 0,
            $members->integer('bytes') ?? 0,
            $members->integer('pages') ?? 0,
            SyncMethod::each($members->object('methods') ?? Members::of(new \stdClass())),
            array_map(SyncGap::from(...), $members->objects('gaps') ?? []),
            $audit === null ? null : SyncAudit::from($audit),
            $webhooks === null ? null : SyncWebhooks::from($webhooks),
            array_map(SyncWindow::from(...), $members->objects('pending') ?? []),
            $members->texts('notes'),
            $members->rest(),
        );
    }

    /** Rows that the mirror did not have, of all methods and feeds. */
    public function newRows(): int
    {
        return array_sum(array_map(fn (SyncMethod $method) => $method->newRows(), $this->methods));
    }

    /** @return array<array-key, mixed> under the library's names, objects within as objects of this package */
    public function toArray(): array
    {
        return array_replace([
            'complete' => $this->complete,
            'stopped' => $this->stopped,
            'seconds' => $this->seconds,
            'requests' => $this->requests,
            'retries' => $this->retries,
            'bytes' => $this->bytes,
            'pages' => $this->pages,
            'methods' => (object) $this->methods,
            'gaps' => $this->gaps,
            'audit' => $this->audit,
            'webhooks' => $this->webhooks,
            'pending' => $this->pending,
            'notes' => $this->notes,
        ], $this->extra);
    }

    /** @return array<array-key, mixed> */
    public function jsonSerialize(): array
    {
        return $this->toArray();
    }
}
