<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise\Internal;

/**
 * Reads the members of a small object by name and type; rest() is what was not asked for.
 *
 * @internal
 */
final class Members
{
    /** @param array<array-key, mixed> $members */
    private function __construct(private array $members)
    {
    }

    public static function of(string|\stdClass $object): self
    {
        return new self(get_object_vars(is_string($object) ? Json::object($object) : $object));
    }

    /** An integer that is always there. */
    public function count(string $name): int
    {
        return $this->integer($name) ?? throw Failure::protocol("An integer \"$name\" was expected.");
    }

    public function integer(string $name): ?int
    {
        $value = $this->take($name);
        return $value === null || is_int($value) ? $value : throw Failure::protocol("\"$name\" is no integer.");
    }

    /** An integer; anything else stays among the rest. */
    public function integerOrRest(string $name): ?int
    {
        $value = $this->members[$name] ?? null;
        return $value === null || is_int($value) ? $this->integer($name) : null;
    }

    public function number(string $name): ?float
    {
        $value = $this->take($name);
        return match (true) {
            $value === null => null,
            is_int($value), is_float($value) => (float) $value,
            default => throw Failure::protocol("\"$name\" is no number."),
        };
    }

    public function isTrue(string $name): bool
    {
        return $this->take($name) === true;
    }

    public function text(string $name): ?string
    {
        $value = $this->take($name);
        return $value === null || is_string($value) ? $value : throw Failure::protocol("\"$name\" is no text.");
    }

    /** @return list<string> */
    public function texts(string $name): array
    {
        $value = $this->take($name) ?? [];
        return is_array($value) && array_filter($value, 'is_string') === $value
            ? array_values($value)
            : throw Failure::protocol("\"$name\" holds no texts.");
    }

    /** @return list<int> */
    public function integers(string $name): array
    {
        $value = $this->take($name) ?? [];
        return is_array($value) && array_filter($value, 'is_int') === $value
            ? array_values($value)
            : throw Failure::protocol("\"$name\" holds no integers.");
    }

    /** Wall-clock time; anything else stays among the rest. */
    public function date(string $name): ?\DateTimeImmutable
    {
        $others = [];
        $date = Field::date($this->members[$name] ?? null, $name, $others);
        if ($others === []) {
            unset($this->members[$name]);
        }
        return $date;
    }

    /** A name: an integer, a text or null. */
    public function label(string $name): int|string|null
    {
        $value = $this->take($name);
        return $value === null || is_int($value) || is_string($value) ? $value : throw Failure::protocol("\"$name\" is no name.");
    }

    public function object(string $name): ?self
    {
        $value = $this->take($name);
        return match (true) {
            $value === null => null,
            $value instanceof \stdClass => self::of($value),
            default => throw Failure::protocol("\"$name\" is no object."),
        };
    }

    /** @return ?list<self> */
    public function objects(string $name): ?array
    {
        $value = $this->take($name);
        if ($value === null) {
            return null;
        }
        if (!is_array($value)) {
            throw Failure::protocol("\"$name\" is no array.");
        }
        return array_map(
            fn ($each) => $each instanceof \stdClass ? self::of($each) : throw Failure::protocol("\"$name\" holds no objects."),
            array_values($value),
        );
    }

    /** @return list<string> of what was not asked for yet */
    public function names(): array
    {
        return array_map('strval', array_keys($this->members));
    }

    /** @return array<array-key, mixed> */
    public function rest(): array
    {
        return $this->members;
    }

    private function take(string $name): mixed
    {
        $value = $this->members[$name] ?? null;
        unset($this->members[$name]);
        return $value;
    }
}
