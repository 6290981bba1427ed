<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Tests;

use Inwise\ActivitiesSummary;
use Inwise\Exception\InwiseException;
use Inwise\Row;
use PHPUnit\Framework\TestCase;

/** The golden vectors: what Tests/Vectors/README.md says, in PHP. */
final class VectorsTest extends TestCase
{
    private const DATES = ['action_date', 'date_sent', 'create_date'];

    /** @return iterable<string, array{string}> */
    public static function vectors(): iterable
    {
        foreach (glob(ROOT . '/Tests/Vectors/*/*/case.json') as $file) {
            $name = basename(dirname($file, 2)) . '/' . basename(dirname($file));
            yield $name => [$name];
        }
    }

    /** @dataProvider vectors */
    public function testVector(string $name): void
    {
        $vector = new Vector($name);
        if ($vector->has('error.json')) {
            $this->checkError($vector);
        } elseif (in_array($vector->case->do, ['funnel', 'webhook'], true)) {
            self::assertAlike($vector->read('expected.json'), $vector->typed());
        } else {
            self::assertAlike($vector->read('expected.json'), json_decode($vector->json()));
            $this->checkTyped($vector);
        }
    }

    private function checkTyped(Vector $vector): void
    {
        $typed = $vector->typed();
        if ($typed instanceof ActivitiesSummary) {
            $told = fn (object $summary): object => (object) array_filter((array) $summary, fn ($value) => $value !== null);
            self::assertAlike($told($vector->read('expected.json')), $told((object) $typed->toArray()));
            return;
        }
        if ($vector->has('typed.json')) {
            self::assertAlike($vector->read('typed.json'), array_map(self::shown(...), $typed));
        }
        foreach ($typed as $row) {
            self::assertEquals($row, $row::fromArray($row->toArray()));
        }
    }

    private function checkError(Vector $vector): void
    {
        $expected = $vector->read('error.json');
        try {
            $vector->typed();
            self::fail('no error came');
        } catch (InwiseException $exception) {
        }
        $details = $exception->details();
        foreach ($expected->message ?? [] as $text) {
            self::assertStringContainsString($text, $exception->getMessage());
        }
        unset($expected->message);
        foreach (get_object_vars($expected) as $name => $value) {
            self::assertAlike($value, $details[$name] ?? null, $name);
            $property = lcfirst(str_replace('_', '', ucwords($name, '_')));
            self::assertSame($details[$name] ?? null, $name === 'code' ? $exception->getCode() : $exception->{$property});
        }
        self::assertStringNotContainsString($vector->case->options->token ?? 'canary', Shown::of($exception));
    }

    /** A typed row as typed.json writes it, out of its public properties. */
    private static function shown(Row $row): array
    {
        $shown = [];
        foreach (get_object_vars($row) as $property => $value) {
            $name = strtolower(preg_replace('/[A-Z]/', '_$0', $property));
            $isDate = in_array($name, self::DATES, true);
            $shown[$name] = $isDate && $value !== null ? $value->format('Y-m-d H:i:s') : $value;
        }
        return ['extra' => (object) $shown['extra']] + $shown;
    }

    /** Equal as JSON: the order of names and the difference between 1 and 1.0 don't count. */
    private static function assertAlike(mixed $expected, mixed $actual, string $message = ''): void
    {
        self::assertSame(self::canonical($expected), self::canonical($actual), $message);
    }

    private static function canonical(mixed $value): string
    {
        $sorted = function (mixed $value) use (&$sorted): mixed {
            if ($value instanceof \stdClass) {
                $members = array_map($sorted, get_object_vars($value));
                ksort($members, SORT_STRING);
                return (object) $members;
            }
            return is_array($value) ? array_map($sorted, $value) : (is_int($value) ? "integer $value" : $value);
        };
        $json = json_encode($value, JSON_THROW_ON_ERROR);
        return json_encode(
            array_map($sorted, [self::integersWhereEqual(json_decode($json))]),
            JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR,
        );
    }

    private static function integersWhereEqual(mixed $value): mixed
    {
        if ($value instanceof \stdClass) {
            return (object) array_map(self::integersWhereEqual(...), get_object_vars($value));
        }
        if (is_array($value)) {
            return array_map(self::integersWhereEqual(...), $value);
        }
        return is_float($value) && floor($value) === $value && abs($value) < 2 ** 53 ? (int) $value : $value;
    }
}
