<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Exception as E;
use Inwise\Funnel;
use Inwise\Internal\Failure;
use PHPUnit\Framework\TestCase;

/** Every status of the library arrives as an exception of its own, with what is known about it. */
final class ErrorsTest extends TestCase
{
    /** @return array<string, array{class-string, class-string, string, int, ?int}> class, SPL parent, scenario, code, HTTP status */
    public static function answers(): array
    {
        return [
            'auth, no key' => [E\AuthException::class, \RuntimeException::class, 'status=401', -2, 401],
            'auth, no permission' => [E\AuthException::class, \RuntimeException::class, 'status=403', -2, 403],
            'not found' => [E\NotFoundException::class, \RuntimeException::class, 'status=404', -3, 404],
            'rate limit' => [E\RateLimitException::class, \RuntimeException::class, 'status=429,retry_after=77', -4, 429],
            'http' => [E\HttpException::class, \RuntimeException::class, 'status=400', -5, 400],
            'http, a redirect' => [E\HttpException::class, \RuntimeException::class, 'status=302,to=other', -5, 302],
            'server' => [E\ServerException::class, \RuntimeException::class, 'status=500,body=echo', -6, 500],
            'network' => [E\NetworkException::class, \RuntimeException::class, 'fault=reset-before', -7, null],
            'timeout' => [E\TimeoutException::class, \RuntimeException::class, 'fault=hang', -8, null],
            'protocol' => [E\ProtocolException::class, \UnexpectedValueException::class, 'fault=html', -10, null],
        ];
    }

    /**
     * @dataProvider answers
     * @param class-string<\Throwable> $class
     * @param class-string<\Throwable> $parent
     */
    public function testAnAnswerIsAnExceptionAndTheClientGoesOn(
        string $class,
        string $parent,
        string $scenario,
        int $code,
        ?int $httpStatus,
    ): void {
        $url = Server::url("rows=3,only=activities,$scenario");
        $client = new Client($url, apiKey: KEY, timeoutSeconds: 0.5, maxRetries: 0, maxRetryDelaySeconds: 1);
        $exception = self::thrownBy(fn () => iterator_to_array($client->activities(campaignId: 7)));
        self::assertInstanceOf($class, $exception);
        self::assertInstanceOf($parent, $exception);
        self::assertInstanceOf(E\InwiseException::class, $exception);
        self::assertSame($code, $exception->getCode());
        self::assertSame($httpStatus, $exception->httpStatus);
        self::assertSame('activities', $exception->method);
        self::assertSame(1, $exception->attempts);
        self::assertNull($exception->parameter);
        self::assertEquals($code === -4 ? 77 : null, $exception->retryAfter);
        self::assertGreaterThan(30, strlen($exception->getMessage()));
        self::assertSame($exception->getMessage(), $exception->details()['message']);
        self::assertSame($exception->status, $exception->details()['status']);
        self::assertStringNotContainsString(KEY, Shown::of($exception));
        self::assertCount(3, iterator_to_array($client->undelivered()));
    }

    public function testAnArgumentIsNamedAndNothingIsSent(): void
    {
        $url = Server::url('rows=3');
        $client = new Client($url, apiKey: KEY);
        $exception = self::thrownBy(fn () => iterator_to_array($client->activities(dateFrom: '2024-02-30')));
        self::assertInstanceOf(E\ArgumentException::class, $exception);
        self::assertInstanceOf(\InvalidArgumentException::class, $exception);
        self::assertSame(['argument', -1, 'date_from'], [$exception->status, $exception->getCode(), $exception->parameter]);
        self::assertSame([], Server::log($url));
    }

    public function testCancellingEndsTheCallAndTheClientGoesOn(): void
    {
        $url = Server::url('rows=3,status=503,times=1');
        $client = new Client($url, apiKey: KEY, maxRetryDelaySeconds: 60);
        // The line that says that a request is to be repeated comes while the call runs.
        $client->setLogger(new Lines(fn () => $client->cancel()), 'debug');
        $exception = self::thrownBy(fn () => $client->activities()->page());
        self::assertInstanceOf(E\CancelledException::class, $exception);
        self::assertSame(-9, $exception->getCode());
        $client->setLogger(null);
        self::assertCount(3, $client->activities()->page());
    }

    public function testAClosedClientSaysSo(): void
    {
        $client = new Client(SANDBOX);
        $rows = $client->activities(dateFrom: EVER);
        $walk = $rows->json();
        $walk->current();
        $client->close();
        $client->close();
        $calls = [fn () => $walk->next(), fn () => $rows->page(), fn () => $client->recentActivities(), fn () => $client->cancel()];
        foreach ($calls as $call) {
            $exception = self::thrownBy($call);
            self::assertInstanceOf(E\ClosedException::class, $exception);
            self::assertInstanceOf(\LogicException::class, $exception);
            self::assertSame(['closed', -12], [$exception->status, $exception->getCode()]);
            self::assertNotSame('', $exception->getMessage());
        }
    }

    public function testAClosedFunnelSaysSo(): void
    {
        $funnel = new Funnel();
        $funnel->close();
        foreach ([fn () => $funnel->save(), fn () => $funnel->summary(), fn () => (new Funnel())->merge($funnel)] as $call) {
            self::assertInstanceOf(E\ClosedException::class, self::thrownBy($call));
        }
    }

    /** Which can't be brought about from outside. */
    public function testEveryStatusOfTheHeaderHasItsClass(): void
    {
        $header = file_get_contents(ROOT . '/include/inwise.h');
        self::assertSame(14, preg_match_all('/INWISE_ERR_(\w+) = (-\d+)/', $header, $found, PREG_SET_ORDER));
        $classes = [];
        foreach ($found as [, $name, $code]) {
            $exception = Failure::from((int) $code, strtolower($name), '');
            self::assertSame([(int) $code, strtolower($name)], [$exception->getCode(), $exception->status]);
            $short = substr($exception::class, strlen('Inwise\\Exception\\'), -strlen('Exception'));
            self::assertSame($name === 'MEMORY' ? 'OutOfMemory' : ucwords(strtolower(strtr($name, '_', ' '))), strtr(
                $short,
                ['NotFound' => 'Not Found', 'RateLimit' => 'Rate Limit'],
            ));
            $classes[] = $exception::class;
        }
        self::assertCount(14, array_unique($classes));
        $files = glob(ROOT . '/bindings/php/src/Exception/*Exception.php');
        self::assertCount(14 + 2, $files, 'beside them InwiseException and LibraryException');
    }

    private static function thrownBy(\Closure $call): \Throwable
    {
        try {
            $call();
        } catch (\Throwable $throwable) {
            return $throwable;
        }
        self::fail('nothing was thrown');
    }
}
