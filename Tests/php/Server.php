<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

/** A server of the tests, as a process that ends with this one. */
final class Server
{
    private static ?self $misbehaving = null;
    private static ?self $vectors = null;
    private static int $runs = 0;

    /** @var array<int, resource> */
    private array $pipes = [];

    /** @var resource */
    private $process;

    public readonly string $firstLine;

    private function __construct(string ...$arguments)
    {
        $process = proc_open(['python3', '-B', ...$arguments], [['pipe', 'r'], ['pipe', 'w']], $this->pipes);
        if ($process === false || ($line = fgets($this->pipes[1])) === false) {
            throw new \RuntimeException('no server: ' . implode(' ', $arguments));
        }
        $this->process = $process;
        $this->firstLine = trim($line);
    }

    public function __destruct()
    {
        array_map('fclose', $this->pipes);
        proc_close($this->process);
    }

    /** The base URL of a service that behaves as Tests/server/scenario.py understands: "rows=5,status=401". */
    public static function url(string $scenario): string
    {
        self::$misbehaving ??= new self(ROOT . '/Tests/server', '--until-eof');
        $port = json_decode(self::$misbehaving->firstLine)->port;
        return "http://127.0.0.1:$port/$scenario,run=php" . self::$runs++;
    }

    /** @return list<\stdClass> the requests that came to a base URL */
    public static function log(string $url): array
    {
        $parts = parse_url($url);
        $answer = fopen("http://127.0.0.1:{$parts['port']}/_log" . $parts['path'], 'r');
        // The server keeps the connection open: the answer ends where its head says.
        preg_match('/^Content-Length: (\d+)$/mi', implode("\n", stream_get_meta_data($answer)['wrapper_data']), $length);
        return json_decode(stream_get_contents($answer, (int) $length[1]));
    }

    /** The base URL of the golden vectors. */
    public static function vectors(): string
    {
        self::$vectors ??= new self(ROOT . '/Tests/Vectors/server.py');
        return self::$vectors->firstLine;
    }
}
