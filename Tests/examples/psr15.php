<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

/* A router for PHP's own web server that hands each request to examples/php/WebhookHandler.php, as a PSR-15 framework does. */

namespace Psr\Http\Server {
    use Psr\Http\Message\ResponseInterface;
    use Psr\Http\Message\ServerRequestInterface;

    /** PSR-15's, which Debian has no package of. */
    interface RequestHandlerInterface
    {
        public function handle(ServerRequestInterface $request): ResponseInterface;
    }
}

namespace {
    use App\WebhookHandler;
    use GuzzleHttp\Psr7\HttpFactory;
    use GuzzleHttp\Psr7\ServerRequest;
    use Inwise\Client;

    require 'GuzzleHttp/Psr7/autoload.php'; // of Debian's php-guzzlehttp-psr7
    require __DIR__ . '/../../bindings/php/autoload.php';
    require __DIR__ . '/../../examples/php/WebhookHandler.php';

    $mirror = new Client(getenv('INWISE_MIRROR'));
    $handler = new WebhookHandler($mirror, new HttpFactory(), (string) getenv('INWISE_WEBHOOK_TOKEN'), ['127.0.0.1', '::1']);
    http_response_code($handler->handle(ServerRequest::fromGlobals())->getStatusCode());
}
