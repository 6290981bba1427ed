<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\Client;
use Inwise\Exception\ArgumentException;
use Inwise\Exception\InwiseException;
use Inwise\Funnel;
use Inwise\Internal\Failure;
use PHPUnit\Framework\TestCase;

/** The API key comes before nobody's eyes, also with zend.exception_ignore_args=0, as phpunit.xml has it. */
final class SecretTest extends TestCase
{
    /** @return array<string, array{\Closure(mixed): mixed}> */
    public static function waysToLook(): array
    {
        $printed = function (callable $print): string {
            ob_start();
            $print();
            return ob_get_clean();
        };
        return [
            'var_dump' => [fn ($thing) => $printed(fn () => var_dump($thing))],
            'print_r' => [fn ($thing) => print_r($thing, true)],
            'var_export' => [fn ($thing) => var_export($thing, true)],
            'debug_zval_dump' => [fn ($thing) => $printed(fn () => debug_zval_dump($thing))],
            'json_encode' => [fn ($thing) => json_encode($thing)],
            'a cast' => [fn ($thing) => print_r((array) $thing, true)],
            'reflection' => [fn ($thing) => $printed(function () use ($thing): void {
                foreach ((new \ReflectionObject($thing))->getProperties() as $property) {
                    var_dump($property->isInitialized($thing) ? $property->getValue($thing) : null);
                }
            })],
        ];
    }

    /** @dataProvider waysToLook */
    public function testNothingShowsTheKey(\Closure $look): void
    {
        $client = new Client(Server::url('rows=3'), apiKey: KEY, logger: new Lines());
        $rows = $client->activities(dateFrom: EVER);
        $walk = $rows->pages();
        $walk->current();
        foreach ([$client, $rows, (new Funnel())->add($rows), $rows->info()] as $thing) {
            $seen = $look($thing);
            self::assertStringNotContainsString(KEY, $seen);
        }
        self::assertStringNotContainsString(KEY, var_export($client, true));
    }

    /** @return array<string, array{string, array<string, mixed>}> a URL and options that are refused */
    public static function wrong(): array
    {
        return [
            'an option' => [SANDBOX, ['timeoutSeconds' => -1]],
            'a URL' => ['ftp://example.com', []],
            'a URL with NUL' => ["http://127.0.0.1\0/", []],
            'no UTF-8' => [SANDBOX, ['userAgent' => "\xff"]],
            'a key that is no UTF-8' => [SANDBOX, ['apiKey' => KEY . "\xff"]],
            'a key that ends a line' => [SANDBOX, ['apiKey' => KEY . "\r\nX-Evil: 1"]],
            'a key with NUL' => [SANDBOX, ['apiKey' => KEY . "\0"]],
            'no number' => [SANDBOX, ['timeoutSeconds' => NAN]],
            'paths that call back' => [SANDBOX, ['paths' => ['activities' => self::showsItsTrace()]]],
            'a level' => [SANDBOX, ['logger' => new Lines(), 'logLevel' => 'loud']],
        ];
    }

    /**
     * @dataProvider wrong
     * @param array<string, mixed> $options
     */
    public function testNoExceptionOfOpeningShowsTheKey(string $url, array $options): void
    {
        try {
            new Client($url, ...($options + ['apiKey' => KEY]));
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            self::assertGreaterThan(20, strlen($exception->getMessage()));
            self::assertStringNotContainsString('canary', Shown::of($exception));
        }
    }

    public function testATypeErrorDoesNotShowTheKey(): void
    {
        try {
            new Client(SANDBOX, apiKey: KEY, maxRetries: 'many');
            self::fail('was not refused');
        } catch (\TypeError $error) {
            self::assertStringNotContainsString('canary', Shown::of($error));
        }
    }

    private static function showsItsTrace(): \JsonSerializable
    {
        return new class implements \JsonSerializable {
            public function jsonSerialize(): mixed
            {
                throw Failure::argument(print_r(debug_backtrace(), true));
            }
        };
    }

    /** @return array<string, array{string}> */
    public static function keysAsUrls(): array
    {
        return ['a key' => [KEY], 'a key before a host' => ['https://user:' . KEY . '@example.com']];
    }

    /** @dataProvider keysAsUrls */
    public function testAKeyInTheUrlByMistakeIsAskedForAndNotShown(string $url): void
    {
        try {
            new Client($url);
            self::fail('was not refused');
        } catch (ArgumentException $exception) {
            self::assertStringContainsString('Is it the API key?', $exception->getMessage());
            self::assertStringNotContainsString('canary', Shown::of($exception));
        }
    }

    /** @return array<string, array{array<string, mixed>}> */
    public static function wrongForAnyPhp(): array
    {
        return [
            'a URL' => [['url' => 'ftp://example.com', 'apiKey' => KEY]],
            'the key as URL' => [['url' => KEY]],
            'a URL with NUL' => [['url' => KEY . "\0"]],
            'a name with NUL' => [['apiKey' => KEY, 'paths' => ["\0" => 'x']]],
            'no UTF-8' => [['apiKey' => KEY . "\xff"]],
        ];
    }

    /**
     * PHP 8.1 doesn't know SensitiveParameter: there the constructor itself must have let go of the key.
     *
     * @dataProvider wrongForAnyPhp
     * @param array<string, mixed> $arguments
     */
    public function testABacktraceFromWithinTheConstructorHoldsNoKey(array $arguments): void
    {
        $source = file_get_contents(ROOT . '/bindings/php/src/Client.php');
        $without = str_replace(
            ['#[\SensitiveParameter] ', 'final class Client', 'namespace Inwise;'],
            ['', 'final class Client', 'namespace Inwise\Older; use Inwise\{ActivitiesSummary, Row, RowKind, Rows, SentEmail, SyncReport, Through};'],
            $source,
        );
        if (!class_exists(\Inwise\Older\Client::class, false)) {
            $file = tempnam(sys_get_temp_dir(), 'inwise');
            file_put_contents($file, $without);
            require $file;
            unlink($file);
        }
        try {
            new \Inwise\Older\Client(...$arguments);
            self::fail('was not refused');
        } catch (InwiseException $exception) {
            self::assertStringContainsString('Inwise\Older\Client', (string) $exception);
            self::assertStringNotContainsString('canary', Shown::of($exception));
        }
    }

    public function testNoLogLineShowsTheKey(): void
    {
        $lines = new Lines();
        $url = Server::url('rows=3,status=500,times=1,body=echo');
        $client = new Client($url, apiKey: KEY, maxRetryDelaySeconds: 0, logger: $lines);
        $client->activities()->page();
        self::assertGreaterThan(1, count($lines->lines));
        self::assertStringNotContainsString(KEY, print_r($lines->lines, true));
    }
}
