<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Funnel;
use Inwise\Internal\Json;
use Inwise\Internal\Source;
use Inwise\RowKind;
use Inwise\Webhook;

/** One golden vector, and what it says to do. */
final class Vector
{
    private const FUNCTIONS = [
        'sentEmails' => 'inwise_sent_emails',
        'undelivered' => 'inwise_undelivered',
        'activities' => 'inwise_activities',
        'activitiesSummary' => 'inwise_activities_summary',
        'recentSentEmails' => 'inwise_recent_sent_emails',
        'recentUndelivered' => 'inwise_recent_undelivered',
        'recentActivities' => 'inwise_recent_activities',
    ];

    public readonly \stdClass $case;
    private readonly string $url;
    private ?TemporaryMirror $mirror = null;

    public function __construct(private readonly string $name)
    {
        $this->case = $this->read('case.json');
        $this->url = $this->case->url ?? Server::vectors() . "/$name";
    }

    public function has(string $file): bool
    {
        return is_file($this->path($file));
    }

    public function read(string $file): mixed
    {
        return json_decode(file_get_contents($this->path($file)), flags: JSON_THROW_ON_ERROR);
    }

    public function method(): ?string
    {
        return $this->case->method ?? null;
    }

    /** What the library itself gives, as JSON: every page of a walk, a page, or a summary. */
    public function json(): string
    {
        [$url, $options] = $this->asked();
        $source = new Source($url, $options);
        $query = Json::encode((object) ($this->case->query ?? []), 'The query');
        if ($this->case->do === 'ask') {
            return $source->ask(self::FUNCTIONS[$this->case->method], $query);
        }
        $cursor = $source->cursor($this->case->method, $query);
        $rows = [];
        while (($page = $cursor->next()) !== null) {
            array_push($rows, ...json_decode($page));
        }
        return json_encode($rows);
    }

    /** The same through this package's front door: typed rows, a ActivitiesSummary or a FunnelSummary; or a webhook's event. */
    public function typed(): mixed
    {
        if ($this->case->do === 'webhook') {
            return Webhook::parse(file_get_contents($this->path('body')), ...self::named($this->case->options ?? []));
        }
        if ($this->case->do === 'funnel') {
            return $this->funnel()->summary(...self::named($this->case->query ?? []));
        }
        [$url, $options] = $this->asked();
        $client = new Client($url, ...self::named($options));
        $query = self::named($this->case->query ?? []);
        $page = $query['pageIndex'] ?? 0;
        unset($query['pageIndex']);
        $answer = $client->{$this->case->method}(...$query);
        return match (true) {
            !$answer instanceof \Inwise\Rows => $answer,
            $this->case->do === 'walk' => iterator_to_array($answer),
            default => $answer->page($page),
        };
    }

    /**
     * What is asked, once everything before the question is done.
     *
     * @return array{string, array<string, mixed>} a URL and options
     */
    private function asked(): array
    {
        [$url, $options] = [$this->url, (array) ($this->case->options ?? []) + ['api_key' => KEY]];
        $client = new Client($url, ...self::named($options));
        if (isset($this->case->sync)) {
            $this->mirror = new TemporaryMirror();
            [$url, $options] = [$this->mirror->url, (array) ($this->case->mirror ?? [])];
            $mirror = new Client($url, ...self::named($options));
            $client->sync($mirror, ...self::named($this->case->sync));
            $client = $mirror;
        }
        if (isset($this->case->acknowledge)) {
            $client->acknowledge(...self::named($this->case->acknowledge));
        }
        return [$url, $options];
    }

    private function funnel(): Funnel
    {
        $funnel = new Funnel();
        foreach (RowKind::cases() as $kind) {
            if ($this->has("$kind->value.json")) {
                $funnel->addJson($kind, file_get_contents($this->path("$kind->value.json")));
            }
        }
        return $funnel;
    }

    private function path(string $file): string
    {
        return ROOT . "/Tests/Vectors/$this->name/$file";
    }

    /**
     * The library's names as those of PHP's arguments.
     *
     * @return array<string, mixed>
     */
    private static function named(array|\stdClass $members): array
    {
        $named = [];
        foreach ((array) $members as $name => $value) {
            $named[lcfirst(str_replace('_', '', ucwords($name, '_')))] = $value instanceof \stdClass ? (array) $value : $value;
        }
        return $named;
    }
}
