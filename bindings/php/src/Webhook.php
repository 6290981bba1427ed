<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Exception\InwiseException;
use Inwise\Internal\Json;
use Inwise\Internal\Library;

/**
 * What the service posts of an event as it happens.
 *
 * The service does not sign its webhooks: whoever knows where they go can post whatever looks like one. So take them from its
 * addresses only (remoteAddress), or with a secret in the URL that the service was given (token and url), best both, and over https.
 */
final class Webhook
{
    /** What a webhook is held against, and the library's names for it. */
    private const KEYS = [
        'remoteAddress' => 'remote_address', 'allow' => 'allow', 'trustedProxies' => 'trusted_proxies', 'forwardedFor' => 'forwarded_for',
        'token' => 'token', 'url' => 'url', 'maxBodyBytes' => 'max_body_bytes',
    ];

    /** What is asked for with the request, by whoever makes it. */
    private const ASKED = ['url', 'forwardedFor'];

    /**
     * Reads one webhook as an event. Client::ingestWebhook also keeps it.
     *
     *     $event = Webhook::parse(file_get_contents('php://input'), remoteAddress: $_SERVER['REMOTE_ADDR']);
     *     if ($event->trigger_type === 'emailUnsubscribed') { forget($event->contact->email); }
     *
     * @param string $body as it came: php://input
     * @param ?string $remoteAddress who sent it: $_SERVER['REMOTE_ADDR']; null: no address is looked at
     * @param ?array<string> $allow the service's own two: addresses and networks ("10.0.0.0/8") that may send, 1 to 100
     * @param ?array<string> $trustedProxies none: up to 100 addresses and networks of proxies of your own. Where one of them is the
     *     sender, the last address of forwardedFor that is none of them counts instead
     * @param ?string $forwardedFor the X-Forwarded-For header; heeded for trustedProxies alone
     * @param ?string $token a secret of 16 to 200 characters, none of them a blank, + % & or #, which url must have as its parameter "token"; null: none is asked for
     * @param ?string $url the URL that was asked for, or what follows its host: $_SERVER['REQUEST_URI']
     * @param ?int $maxBodyBytes 1048576; 1 to 16777216
     * @return \stdClass under the names, in the order and with the meanings that inwise.h gives at inwise_webhook_parse; objects in it
     *     are \stdClass, lists are arrays, times are texts. An e-mail's event has the row that the service will give of it
     * @throws InwiseException AuthException for an address or a token that is not allowed: answer with 403; ProtocolException for what
     *     is no webhook: answer with 400
     */
    public static function parse(
        string $body,
        ?string $remoteAddress = null,
        ?array $allow = null,
        ?array $trustedProxies = null,
        ?string $forwardedFor = null,
        #[\SensitiveParameter] ?string $token = null,
        #[\SensitiveParameter] ?string $url = null,
        ?int $maxBodyBytes = null,
    ): \stdClass {
        $arguments = [$body, strlen($body), self::options(get_defined_vars())];
        return Json::object(Library::get()->call('inwise_webhook_parse', $arguments));
    }

    /**
     * @internal
     * @param array<string, mixed> $arguments of parse, by name
     */
    public static function options(#[\SensitiveParameter] array $arguments): string
    {
        $options = [];
        foreach (self::KEYS as $name => $key) {
            $value = $arguments[$name];
            $options[$key] = match (true) {
                is_array($value) => array_values($value),
                // Any bytes can be asked for; JSON has UTF-8 alone.
                is_string($value) && in_array($name, self::ASKED, true) => self::printable($value),
                default => $value,
            };
        }
        return Json::encode((object) array_filter($options, fn ($value) => $value !== null), 'An option of the webhook');
    }

    /** A URL or header, with what is no printable ASCII written as in URLs. */
    private static function printable(string $text): string
    {
        return preg_replace_callback('/[^\x20-\x7e]/', fn (array $byte): string => rawurlencode($byte[0]), $text);
    }
}
