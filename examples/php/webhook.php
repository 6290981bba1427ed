<?php

// SPDX-License-Identifier: MIT

/*
 * Receives the service's webhooks into a mirror: a file for PHP-FPM or any other web server. To try it:
 *
 *     INWISE_MIRROR=file:mirror.db INWISE_WEBHOOK_TOKEN=… php -d ffi.enable=1 -S 127.0.0.1:8080 webhook.php
 *
 * INWISE_WEBHOOK_TOKEN is a secret of 16 characters at least; the service is given the URL https://your.host/webhook.php?token=…
 *
 * Answers 200 once the event is kept; 403 to who is not the service; 400 to what is no webhook; and else 503: then it may come again.
 */

declare(strict_types=1);

use Inwise\Client;
use Inwise\Exception\AuthException;
use Inwise\Exception\InwiseException;
use Inwise\Exception\ProtocolException;

require __DIR__ . '/../../bindings/php/autoload.php'; // with Composer: vendor/autoload.php

function receive(): int
{
    try {
        // Where one is not set it is "", which the library refuses.
        $mirror = new Client((string) getenv('INWISE_MIRROR'));
        $mirror->ingestWebhook(
            file_get_contents('php://input'),
            remoteAddress: $_SERVER['REMOTE_ADDR'],
            trustedProxies: ['127.0.0.1', '::1'], // on this machine; others are to be named
            forwardedFor: $_SERVER['HTTP_X_FORWARDED_FOR'] ?? null,
            token: (string) getenv('INWISE_WEBHOOK_TOKEN'),
            url: $_SERVER['REQUEST_URI'],
        );
        return 200;
    } catch (AuthException) {
        return 403;
    } catch (ProtocolException) {
        return 400;
    } catch (InwiseException $exception) {
        error_log("webhook: {$exception->getMessage()}");
        return 503;
    }
}

http_response_code(receive());
