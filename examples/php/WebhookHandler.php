<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace App;

use Inwise\Client;
use Inwise\Exception\AuthException;
use Inwise\Exception\InwiseException;
use Inwise\Exception\ProtocolException;
use Psr\Http\Message\ResponseFactoryInterface;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\RequestHandlerInterface;

/**
 * Receives the service's webhooks into a mirror: a PSR-15 handler for the route that the service is given the URL of, such as
 * https://your.host/inwise?token=…
 *
 *     $app->post('/inwise', new WebhookHandler($mirror, $responseFactory, getenv('INWISE_WEBHOOK_TOKEN'), ['127.0.0.1', '::1']));
 *
 * Answers 200 once the event is kept; 403 to who is not the service; 400 to what is no webhook; and else 503: then it may come again.
 */
final class WebhookHandler implements RequestHandlerInterface
{
    /**
     * @param string $token a secret of 16 characters at least
     * @param list<string> $trustedProxies addresses and networks of proxies of your own
     */
    public function __construct(
        private readonly Client $mirror,
        private readonly ResponseFactoryInterface $responses,
        #[\SensitiveParameter] private readonly string $token,
        private readonly array $trustedProxies = [],
    ) {
    }

    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        return $this->responses->createResponse($this->receive($request));
    }

    private function receive(ServerRequestInterface $request): int
    {
        try {
            $this->mirror->ingestWebhook(
                (string) $request->getBody(),
                remoteAddress: $request->getServerParams()['REMOTE_ADDR'] ?? '',
                trustedProxies: $this->trustedProxies,
                forwardedFor: $request->getHeaderLine('X-Forwarded-For'),
                token: $this->token,
                url: $request->getRequestTarget(),
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
}
