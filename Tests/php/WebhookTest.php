<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Exception\AuthException;
use Inwise\Exception\ClosedException;
use Inwise\Exception\InwiseException;
use Inwise\Exception\ProtocolException;
use Inwise\Funnel;
use Inwise\RowKind;
use Inwise\Webhook;
use PHPUnit\Framework\TestCase;

/** Webhooks: read, kept in a mirror, walked; what is refused, and how. */
final class WebhookTest extends TestCase
{
    /** The vendor's. */
    private const EXAMPLE = 'timeStamp=2022-02-10+15%3a58%3a01&trigger_type=emailSent&trigger_description=Email+Sent+To+Contact'
        . '&channel_type=Email&campaign_id=1646090&group_id=949732&contact%5bid%5d=1&contact%5bemail%5d=test%40yopmail.com'
        . '&contact%5bfield1%5d=&contact%5bfield125%5d=';
    private const EVENT = [
        'timestamp' => '2022-02-10 15:58:01', 'trigger_type' => 'emailSent', 'trigger_description' => 'Email Sent To Contact',
        'channel' => 'Email', 'campaign_id' => 1646090, 'group_id' => 949732,
        'contact' => ['id' => 1, 'email' => 'test@yopmail.com', 'field1' => '', 'field125' => ''], 'kind' => 'sentEmails',
        'row' => ['contact_id' => 1, 'campaign_id' => 1646090, 'date_sent' => '2022-02-10 15:58:01', 'email' => 'test@yopmail.com'],
    ];
    private const ADDRESS = '193.169.246.40';
    private const SMS = 'trigger_type=smsSent';

    private TemporaryMirror $file;
    private Client $mirror;

    protected function setUp(): void
    {
        $this->file = new TemporaryMirror();
        $this->mirror = $this->file->open();
    }

    public function testTheVendorsExample(): void
    {
        self::assertSame(json_encode(self::EVENT), json_encode(Webhook::parse(self::EXAMPLE)));
    }

    public function testAllOfItComesAsItIs(): void
    {
        $body = 'trigger_type=MAKECONTACTFORM&survey_field={"a":{},"b":[],"c":1.0}&x[]=שלום&x[]=%F0%9F%98%80&0=zero&=empty&y=%2500';
        $event = Webhook::parse($body);
        self::assertSame('MakeContactForm', $event->trigger_type);
        self::assertSame('{"a":{},"b":[],"c":1.0}', json_encode($event->survey_field, JSON_PRESERVE_ZERO_FRACTION));
        self::assertSame([['שלום', '😀'], 'zero', 'empty', '%00'], [$event->x, $event->{'0'}, $event->{''}, $event->y]);
        self::assertEquals(new \stdClass(), $event->contact);
    }

    public function testItsRowGoesIntoAFunnel(): void
    {
        $funnel = new Funnel();
        foreach ([self::EXAMPLE, self::opened(1, 1646090), self::opened(2, 1646090), self::opened(2, 1646090)] as $body) {
            $event = Webhook::parse($body);
            $funnel->addJson(RowKind::from($event->kind), json_encode([$event->row]));
        }
        $summary = $funnel->summary(campaignId: 1646090);
        self::assertSame([1, 3, 2], [$summary->sent, $summary->opens, $summary->opensUnique]);
    }

    /** @return array<string, array{array<string, mixed>, class-string<InwiseException>, ?string}> arguments, and what comes of them */
    public static function refused(): array
    {
        $token = ['token' => KEY];
        $proxy = ['remoteAddress' => '127.0.0.1', 'trustedProxies' => ['127.0.0.1']];
        return [
            'an address' => [['remoteAddress' => '192.0.2.1'], AuthException::class, 'remote_address'],
            'an address that is not mine' => [['remoteAddress' => self::ADDRESS, 'allow' => ['10.0.0.0/8']], AuthException::class, 'remote_address'],
            'an address behind a proxy' => [$proxy + ['forwardedFor' => self::ADDRESS . ', 192.0.2.1'], AuthException::class, 'remote_address'],
            'a proxy alone' => [$proxy, AuthException::class, 'remote_address'],
            'a header that is no list of addresses' => [$proxy + ['forwardedFor' => "\xff\0"], AuthException::class, 'forwarded_for'],
            'no token' => [$token + ['url' => '/inwise'], AuthException::class, 'token'],
            'another token' => [$token + ['url' => '/inwise?token=' . KEY . 'x'], AuthException::class, 'token'],
            'a URL that is no UTF-8' => [$token + ['url' => "/inwise\0\xff?token=\xff" . KEY], AuthException::class, 'token'],
            'a long body' => [['maxBodyBytes' => 10], ProtocolException::class, 'max_body_bytes'],
            'a token without a URL' => [$token, ArgumentException::class, 'url'],
            'an empty token' => [['token' => '', 'url' => '/'], ArgumentException::class, 'token'],
            'a token that is no UTF-8' => [['token' => KEY . "\xff", 'url' => '/'], ArgumentException::class, null],
            'no address' => [['remoteAddress' => ''], ArgumentException::class, 'remote_address'],
            'nobody' => [['remoteAddress' => self::ADDRESS, 'allow' => []], ArgumentException::class, 'allow'],
            'nonsense' => [['remoteAddress' => self::ADDRESS, 'trustedProxies' => ['nonsense']], ArgumentException::class, 'trusted_proxies'],
            'a header without an address' => [['forwardedFor' => self::ADDRESS], ArgumentException::class, 'remote_address'],
            'no length' => [['maxBodyBytes' => 0], ArgumentException::class, 'max_body_bytes'],
        ];
    }

    /**
     * @dataProvider refused
     * @param array<string, mixed> $arguments
     * @param class-string<InwiseException> $class
     */
    public function testWhoAndWhatIsNotAllowed(array $arguments, string $class, ?string $parameter): void
    {
        foreach ([Webhook::parse(...), $this->mirror->ingestWebhook(...)] as $ask) {
            try {
                $ask(self::EXAMPLE, ...$arguments);
                self::fail('was not refused');
            } catch (InwiseException $exception) {
                self::assertSame([$class, $parameter], [$exception::class, $exception->parameter]);
                self::assertStringNotContainsString('canary', Shown::of($exception));
            }
        }
        self::assertSame([], iterator_to_array($this->mirror->webhookEvents()));
    }

    /** @return array<string, array{array<string, mixed>}> */
    public static function allowed(): array
    {
        $proxy = ['remoteAddress' => '127.0.0.1', 'trustedProxies' => ['x' => '127.0.0.1']];
        return [
            'anyone' => [[]],
            'the service' => [['remoteAddress' => self::ADDRESS]],
            'as IPv6' => [['remoteAddress' => '::ffff:' . self::ADDRESS]],
            'a network' => [['remoteAddress' => '10.1.2.3', 'allow' => [7 => '10.0.0.0/8']]],
            'behind a proxy' => [$proxy + ['forwardedFor' => '192.0.2.1, ' . self::ADDRESS]],
            'who has the token' => [['token' => KEY, 'url' => 'https://example.com/inwise?x=%D7%A9&token=' . KEY]],
            'in Hebrew' => [['token' => str_repeat('שלום', 4), 'url' => '/?token=' . str_repeat('שלום', 4)]],
            'a long body' => [['maxBodyBytes' => 16777216]],
        ];
    }

    /**
     * @dataProvider allowed
     * @param array<string, mixed> $arguments
     */
    public function testWhoIsAllowed(array $arguments): void
    {
        self::assertSame('emailSent', Webhook::parse(self::EXAMPLE, ...$arguments)->trigger_type);
    }

    public function testWhatIsNoWebhook(): void
    {
        foreach (['', 'nothing', 'campaign_id=5', "trigger_type=\xff", "trigger_type=x&a%00=1", self::EXAMPLE . "\0"] as $body) {
            foreach ([Webhook::parse(...), $this->mirror->ingestWebhook(...)] as $ask) {
                try {
                    $ask($body);
                    self::fail('was not refused');
                } catch (ProtocolException $exception) {
                    self::assertNotSame('', $exception->getMessage());
                }
            }
        }
        self::assertSame([], iterator_to_array($this->mirror->webhookEvents()));
    }

    public function testAnEventIsKeptOnceAndCounts(): void
    {
        $first = $this->mirror->ingestWebhook(self::EXAMPLE);
        $kept = self::EVENT + ['event_id' => 1, 'new' => true, 'state' => 'provisional'];
        self::assertSame(json_encode($kept), json_encode($first));
        self::assertEquals((object) (['new' => false] + (array) $first), $this->mirror->ingestWebhook(self::EXAMPLE));
        $sms = $this->mirror->ingestWebhook(self::SMS);
        self::assertSame([2, true, 'kept'], [$sms->event_id, $sms->new, $sms->state]);
        self::assertSame(1, $this->mirror->activitiesSummary(1646090)->sent);
        [$row] = iterator_to_array($this->mirror->sentEmails(campaignId: 1646090, dateFrom: '2022-01-01'));
        self::assertSame([null, 'test@yopmail.com', ['provisional' => true]], [$row->rowIndex, $row->email, $row->extra]);
        $events = iterator_to_array($this->mirror->webhookEvents());
        self::assertSame([1, 2], array_column($events, 'event_id'));
        self::assertSame(['provisional', '2024-09-20 12:00:00'], [$events[0]->state, $events[0]->received]);
    }

    public function testTheServicesOwnRowTakesItsPlace(): void
    {
        $source = new Client(SANDBOX);
        $theirs = $source->activities(campaignId: 1958368, dateFrom: EVER, actionType: 'emailOpened')->getIterator()->current();
        $this->mirror->ingestWebhook(http_build_query([
            'timeStamp' => $theirs->actionDate->format('m/d/Y H:i:s'), 'trigger_type' => 'emailOpened', 'campaign_id' => 1958368,
            'contact' => ['id' => $theirs->contactId],
        ]));
        $this->mirror->ingestWebhook(self::opened(3, 1958368));
        $webhooks = $source->sync($this->mirror)->webhooks;
        self::assertSame([1, 1, [1958368]], [$webhooks->confirmed, $webhooks->unconfirmed, $webhooks->campaigns]);
        self::assertSame('2024-09-03', $webhooks->oldest->format('Y-m-d'));
        $states = array_column(iterator_to_array($this->mirror->webhookEvents()), 'state');
        self::assertSame(['confirmed', 'provisional'], $states);
        self::assertSame($source->activitiesSummary(1958368)->opens + 1, $this->mirror->activitiesSummary(1958368)->opens);
    }

    /** @return array<string, array{array<string, mixed>, list<int>}> a question, and which of six events it gets */
    public static function questions(): array
    {
        return [
            'all' => [[], [1, 2, 3, 4, 5, 6]],
            'a campaign' => [['campaignId' => 5], [1, 2, 3, 4]],
            'a contact' => [['contactId' => 2], [2]],
            'a type' => [['triggerType' => 'smsSent'], [6]],
            'those behind one' => [['after' => 4], [5, 6]],
            'none' => [['after' => 6], []],
            'from a moment on' => [['dateFrom' => new \DateTimeImmutable('2024-09-03 10:00:00')], [3, 4, 5]],
            'some days' => [['dateFrom' => '2024-09-02', 'dateTo' => '2024-09-03', 'pageSize' => 1], [2, 3]],
        ];
    }

    /**
     * @dataProvider questions
     * @param array<string, mixed> $question
     * @param list<int> $ids
     */
    public function testEventsAreWalkedInOrderOfArrival(array $question, array $ids): void
    {
        $this->tellSix();
        $events = $this->mirror->webhookEvents(...$question);
        self::assertSame(0, $events->info()->rows);
        for ($walk = 0; $walk < 2; $walk++) {
            self::assertSame($ids, array_column(iterator_to_array($events), 'event_id'), 'each is a new walk');
        }
        $pages = iterator_to_array($events->pages());
        self::assertSame($ids, array_column(array_merge(...$pages), 'event_id'));
        self::assertSame([count($ids), count($pages)], [$events->info()->rows, $events->info()->pages]);
        self::assertLessThanOrEqual($question['pageSize'] ?? 1000, max([0, ...array_map('count', $pages)]));
        $json = array_map('json_decode', iterator_to_array($events->json()));
        self::assertEquals($pages, $json);
        foreach ($events as $event) {
            self::assertSame($ids[0], $event->event_id, 'one that is left early is closed');
            break;
        }
    }

    /** @return array<string, array{array<string, mixed>, string}> a question, and what it names */
    public static function wrong(): array
    {
        return [
            'no page' => [['pageSize' => 0], 'page_size'],
            'too large a page' => [['pageSize' => 1001], 'page_size'],
            'before the first' => [['after' => -1], 'after'],
            'no type' => [['triggerType' => ''], 'trigger_type'],
            'no day' => [['dateTo' => 'yesterday'], 'date_to'],
        ];
    }

    /**
     * @dataProvider wrong
     * @param array<string, mixed> $question
     */
    public function testAQuestionThatIsNotAllowedIsNamed(array $question, string $parameter): void
    {
        try {
            iterator_to_array($this->mirror->webhookEvents(...$question));
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            self::assertSame($parameter, $exception->parameter);
        }
    }

    public function testOnlyAMirrorThatMayBeWrittenKeepsEvents(): void
    {
        $this->tellSix();
        $reading = $this->file->open(readOnly: true);
        self::assertCount(6, iterator_to_array($reading->webhookEvents()));
        $client = new Client(SANDBOX);
        $refused = [
            fn () => $reading->ingestWebhook(self::SMS),
            fn () => $client->ingestWebhook(self::SMS),
            fn () => iterator_to_array($client->webhookEvents()),
        ];
        foreach ($refused as $call) {
            try {
                $call();
                self::fail('was not refused');
            } catch (ArgumentException $exception) {
                self::assertStringContainsString('irror', $exception->getMessage());
            }
        }
        $this->mirror->close();
        $this->expectException(ClosedException::class);
        $this->mirror->ingestWebhook(self::SMS);
    }

    public function testWebhooksLeaveNothing(): void
    {
        $read = function (): void {
            for ($times = 0; $times < 300; $times++) {
                Webhook::parse(self::EXAMPLE);
                $this->mirror->ingestWebhook(self::EXAMPLE);
                try {
                    Webhook::parse(self::EXAMPLE, remoteAddress: '192.0.2.1');
                } catch (AuthException) {
                }
            }
        };
        $read();
        $before = memory_get_usage();
        $read();
        self::assertSame($before, memory_get_usage());
    }

    private function tellSix(): void
    {
        foreach ([1, 2, 3, 4] as $contact) {
            $this->mirror->ingestWebhook(self::opened($contact));
        }
        $this->mirror->ingestWebhook(self::opened(5, 7));
        $this->mirror->ingestWebhook(self::SMS);
    }

    private static function opened(int $contact, int $campaign = 5): string
    {
        return "timeStamp=2024-09-0$contact+10%3a00%3a00&trigger_type=emailOpened&channel_type=Email&campaign_id=$campaign&contact[id]=$contact";
    }
}
