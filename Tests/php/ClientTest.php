<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Funnel;
use Inwise\Internal\Header;
use Inwise\Internal\Library;
use Inwise\Webhook;
use PHPUnit\Framework\TestCase;

/** What a client is opened and asked with, and that package and header agree. */
final class ClientTest extends TestCase
{
    public function testTheOptionsAreThoseOfTheHeader(): void
    {
        preg_match('/Options of a remote source\..*?Sandbox keys,/s', self::header(), $section);
        preg_match_all('/^ \*   "(\w+)"/m', $section[0], $options);
        self::assertSame(['url', ...$options[1], 'logger', 'log_level'], self::parametersOf('__construct'));
        self::assertGreaterThan(12, count($options[1]));
    }

    public function testTheKeysOfAQuestionAreThoseOfTheHeader(): void
    {
        preg_match('/Query, a JSON object; which keys.*?sentEmails and activities without/s', self::header(), $section);
        preg_match_all('/^ \*   "(\w+)" /m', $section[0], $keys);
        self::assertGreaterThan(7, count($keys[1]));
        foreach (['sentEmails', 'undelivered', 'activities'] as $method) {
            // The page has a method of its own.
            $others = $method === 'activities' ? ['page_index', 'consumer'] : ['page_index', 'consumer', 'action_type'];
            self::assertSame(array_values(array_diff($keys[1], $others)), self::parametersOf($method));
        }
        foreach (['recentActivities', 'recentSentEmails', 'recentUndelivered'] as $method) {
            self::assertSame(['consumer', 'params'], self::parametersOf($method));
        }
    }

    public function testTheOptionsOfASyncAreThoseOfTheHeader(): void
    {
        preg_match('/Brings a mirror in step.*?The report is one object/s', self::header(), $section);
        preg_match_all('/^ \*   "(\w+)" /m', $section[0], $options);
        self::assertCount(10, $options[1]);
        self::assertSame(['mirror', ...$options[1], 'progress'], self::parametersOf('sync'));
        preg_match('/Tells a mirror up to which.*?Errors:/s', self::header(), $section);
        preg_match_all('/^ \*   "(\w+)" /m', $section[0], $keys);
        self::assertEqualsCanonicalizing($keys[1], self::parametersOf('acknowledge'));
        self::assertCount(3, $keys[1]);
    }

    public function testTheOptionsOfAWebhookAreThoseOfTheHeader(): void
    {
        preg_match('/Reads one webhook: the body.*?Errors:/s', self::header(), $section);
        preg_match_all('/^ \*   "(\w+)" /m', $section[0], $options);
        self::assertCount(7, $options[1]);
        self::assertSame(['body', ...$options[1]], self::parametersOf('ingestWebhook'));
        self::assertSame(['body', ...$options[1]], self::parametersOf('parse', Webhook::class));
        preg_match('/Query of "webhookEvents".*?Errors:/s', self::header(), $section);
        preg_match_all('/^ \*   "(\w+)" /m', $section[0], $keys);
        self::assertCount(7, $keys[1]);
        self::assertSame($keys[1], self::parametersOf('webhookEvents'));
    }

    public function testEveryOptionReachesTheLibrary(): void
    {
        $url = Server::url('rows=3');
        $wrong = [
            'timeoutSeconds' => 0, 'connectTimeoutSeconds' => 0.0, 'maxRetries' => 21, 'maxRetryDelaySeconds' => -1,
            'pagesInFlight' => 65, 'requestsPerSecond' => 0, 'pageSize' => 1001, 'pageBase' => 2, 'proxy' => "a\nb", 'caFile' => "a\0",
            'userAgent' => "a\r\n", 'maxResponseBytes' => 1, 'paths' => ['nothing' => '/x'], 'parameterNames' => ['nothing' => 'x'],
            'apiKey' => "a\nb",
        ];
        foreach ($wrong as $option => $value) {
            try {
                new Client($url, ...[$option => $value]);
                self::fail("$option was not refused");
            } catch (ArgumentException $exception) {
                self::assertStringContainsString(self::snake($option), $exception->getMessage() . $exception->parameter);
            }
        }
        $client = new Client(
            $url,
            apiKey: KEY,
            userAgent: 'test/1',
            paths: ['activities' => '/elsewhere/activities'],
            parameterNames: ['campaign_id' => 'c'],
            allowInsecure: true,
        );
        $client->activities(campaignId: 5, params: ['more' => 'à', 'of' => 1])->page();
        [$request] = Server::log($url);
        self::assertStringEndsWith('/elsewhere/activities?c=5&page_index=0&more=%C3%A0&of=1', $request->target);
        $headers = array_column($request->headers, 1, 0);
        self::assertSame(['test/1', KEY], [$headers['User-Agent'] ?? null, $headers['X-API-Key'] ?? null]);
    }

    /** @return array<string, array{array<array-key, mixed>, string}> parameters, and what the message says of them */
    public static function noParameters(): array
    {
        return [
            'a name that begins with NUL' => [["\0a" => 1], 'NUL'],
            'a name with NUL' => [['b' => 1, "a\0" => 1], 'NUL'],
            'a list' => [['a' => [1, 2]], '"a" is of type array'],
            'an object' => [['a' => new \DateTimeImmutable()], '"a" is of type DateTimeImmutable'],
            'null' => [['a' => null], '"a" is of type null'],
        ];
    }

    /**
     * @dataProvider noParameters
     * @param array<array-key, mixed> $params
     */
    public function testWhatIsNoParameterIsRefusedAndNotLeftOut(array $params, string $text): void
    {
        $url = Server::url('rows=3');
        try {
            (new Client($url, apiKey: KEY))->recentActivities(params: $params);
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            self::assertSame('params', $exception->parameter);
            self::assertStringContainsString($text, $exception->getMessage());
        }
        self::assertSame([], Server::log($url));
    }

    public function testAPageHasTheSizeOfItsQuestionOrClient(): void
    {
        $url = Server::url('rows=300');
        $client = new Client($url, apiKey: KEY, pageSize: 30);
        self::assertSame([20, 30, 100], array_map('count', [
            $client->activities(pageSize: 20)->page(),
            $client->activities()->page(),
            (new Client($url, apiKey: KEY))->activities()->page(),
        ]));
    }

    public function testDatesGoOutAsTheyStand(): void
    {
        $url = Server::url('rows=3');
        $from = new \DateTimeImmutable('2024-09-01 23:30:15.9', new \DateTimeZone('America/New_York'));
        $to = new \DateTime('2024-09-02 00:30', new \DateTimeZone('Asia/Tokyo'));
        $client = new Client($url, apiKey: KEY);
        $client->activities(dateFrom: $from, dateTo: $to)->page();
        $client->activities(dateFrom: '2024-09-01', dateTo: '2024-09-02 00:00:00')->page();
        $dates = fn (\stdClass $request) => array_slice(self::parameters($request), 0, 2);
        self::assertSame([
            ['date_from' => '2024-09-01 23:30:15', 'date_to' => '2024-09-02 00:30:00'],
            ['date_from' => '2024-09-01', 'date_to' => '2024-09-02 00:00:00'],
        ], array_map($dates, Server::log($url)));
    }

    public function testTheRecentFeedsAreListsOfRowsAndConsume(): void
    {
        $client = new Client(Server::url('rows=1500'), apiKey: KEY);
        foreach (['recentActivities', 'recentSentEmails', 'recentUndelivered'] as $method) {
            self::assertSame([1000, 500, 0], [
                count($client->{$method}()),
                count($client->{$method}(params: ['a' => 'b'])),
                count($client->{$method}()),
            ]);
        }
    }

    public function testTheSummaryHasAllCounts(): void
    {
        $summary = (new Client(Server::url('rows=1'), apiKey: KEY))->activitiesSummary(5);
        self::assertSame([812, 1938, 5, []], [$summary->opens, $summary->sent, $summary->onsiteUnique, $summary->extra]);
        self::assertCount(15, array_filter($summary->toArray(), 'is_int'));
    }

    /** @return array<string, array{\Closure(): object}> */
    public static function things(): array
    {
        return [
            'a client' => [fn () => new Client(SANDBOX)],
            'rows' => [fn () => (new Client(SANDBOX))->activities()],
            'events' => [fn () => (new Client(SANDBOX))->webhookEvents()],
            'a funnel' => [fn () => new Funnel()],
        ];
    }

    /** @dataProvider things */
    public function testCannotBeCloned(\Closure $make): void
    {
        $this->expectException(\Error::class);
        $this->expectExceptionMessage('private');
        clone $make();
    }

    /** @dataProvider things */
    public function testCannotBeSerialised(\Closure $make): void
    {
        $thing = $make();
        try {
            serialize($thing);
            self::fail('was serialised');
        } catch (\LogicException $exception) {
            self::assertStringContainsString('serialised', $exception->getMessage());
        }
        $this->expectException(\LogicException::class);
        unserialize(sprintf('O:%d:"%s":0:{}', strlen($thing::class), $thing::class));
    }

    public function testTheHeaderForFfiIsTheHeader(): void
    {
        $plain = preg_replace(['~/\*.*?\*/~s', '/^#.*$/m', '/extern "C" \{|^\}$/m'], '', self::header());
        $tokens = fn (string $text): array => preg_split('/\s+|\b|(?<=\W)(?=\W)/', $text, -1, PREG_SPLIT_NO_EMPTY);
        self::assertSame($tokens($plain), $tokens(Header::TEXT));
        self::assertGreaterThan(300, count($tokens($plain)));
    }

    public function testTheVersionIsTheSameEverywhere(): void
    {
        $composer = json_decode(file_get_contents(ROOT . '/bindings/php/composer.json'));
        preg_match('/#define INWISE_VERSION "(.*)"/', self::header(), $found);
        self::assertSame([$found[1], $found[1], $found[1]], [$composer->version, Library::VERSION, Library::get()->version()]);
    }

    /** @return list<string> a method's, as the library names them */
    private static function parametersOf(string $method, string $class = Client::class): array
    {
        return array_map(
            fn (\ReflectionParameter $parameter) => self::snake($parameter->name),
            (new \ReflectionMethod($class, $method))->getParameters(),
        );
    }

    private static function header(): string
    {
        return file_get_contents(ROOT . '/include/inwise.h');
    }

    private static function snake(string $name): string
    {
        return strtolower(preg_replace('/[A-Z]/', '_$0', $name));
    }

    /** @return array<string, string> */
    private static function parameters(\stdClass $request): array
    {
        parse_str((string) parse_url($request->target, PHP_URL_QUERY), $parameters);
        return $parameters;
    }
}
