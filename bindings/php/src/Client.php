<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Exception\InwiseException;
use Inwise\Internal\Json;
use Inwise\Internal\Members;
use Inwise\Internal\Page;
use Inwise\Internal\Source;
use Inwise\Internal\Unique;
use Psr\Log\LoggerInterface;

/**
 * A source that answers questions about e-mail campaigns: the inwise service, or a made-up account in memory.
 *
 *     $client = new Client(apiKey: getenv('INWISE_API_KEY'));
 *     foreach ($client->activities(campaignId: 1958368, dateFrom: '2024-09-01') as $activity) {
 *         echo $activity->actionType, "\n";
 *     }
 *
 * Dates in questions are "YYYY-MM-DD" (the whole day), "YYYY-MM-DD HH:MM:SS", or a \DateTimeInterface, whose clock is taken as it
 * stands, down to the second and whatever its zone: the service doesn't tell what zone its times are in. Both ends of a range
 * belong to it. sentEmails and activities without any date answer for the past seven days: that is the service's rule.
 *
 * All methods throw an InwiseException; the client stays usable. A client can't be cloned or serialised, and shows its key nowhere.
 */
final class Client
{
    use Unique;

    /** What questions are asked with, and the library's names for it. */
    private const KEYS = [
        'campaignId' => 'campaign_id', 'contactId' => 'contact_id', 'externalId' => 'external_id', 'dateFrom' => 'date_from',
        'dateTo' => 'date_to', 'actionType' => 'action_type', 'pageSize' => 'page_size', 'params' => 'params',
    ];

    private readonly Source $source;

    /**
     * Nothing is sent yet: a wrong key shows at the first question. Options left null have the library's default.
     *
     * @param string $url any http or https base, or "sandbox:?seed=7" for a made-up account
     * @param ?string $apiKey goes into one header, to this host alone
     * @param int|float|null $timeoutSeconds 30: one deadline for a whole call, retries included; 0.001 to 86400
     * @param int|float|null $connectTimeoutSeconds 10: for each connection
     * @param ?int $maxRetries 4: repeats of a request, where a repeat is safe; 0 to 20
     * @param int|float|null $maxRetryDelaySeconds 60: longest pause before a repeat; 0 to 3600. The service asking for more ends
     *     the call with RateLimitException
     * @param ?int $pagesInFlight 4: requests a walk has in the air; 1 to 64
     * @param int|float|null $requestsPerSecond none: a limit for this client; 0.001 to 10000
     * @param ?int $pageSize 1000: rows a walk asks for at a time; 1 to 1000
     * @param int|string|null $pageBase "auto": the service's first page, 0, 1 or "auto" to notice it
     * @param ?string $proxy the environment's: "http://host:port"; "" for none
     * @param ?string $caFile the system's: certificates to trust, a PEM file
     * @param ?string $userAgent "libinwise/0.1.0"
     * @param ?int $maxResponseBytes 16777216: counted after decompression; 1024 to 1073741824
     * @param ?bool $allowInsecure false: plain http to a host other than this machine
     * @param ?array<string, string> $paths a method's path below the base
     * @param ?array<string, string> $parameterNames a query key's name at the service
     * @param ?LoggerInterface $logger as of setLogger
     * @param string $logLevel as of setLogger
     * @throws InwiseException
     */
    public function __construct(
        #[\SensitiveParameter] string $url = 'https://api.inwise.com/rest/v1',
        #[\SensitiveParameter] ?string $apiKey = null,
        int|float|null $timeoutSeconds = null,
        int|float|null $connectTimeoutSeconds = null,
        ?int $maxRetries = null,
        int|float|null $maxRetryDelaySeconds = null,
        ?int $pagesInFlight = null,
        int|float|null $requestsPerSecond = null,
        ?int $pageSize = null,
        int|string|null $pageBase = null,
        ?string $proxy = null,
        ?string $caFile = null,
        ?string $userAgent = null,
        ?int $maxResponseBytes = null,
        ?bool $allowInsecure = null,
        ?array $paths = null,
        ?array $parameterNames = null,
        ?LoggerInterface $logger = null,
        string $logLevel = 'debug',
    ) {
        $options = [
            'api_key' => $apiKey,
            'timeout_seconds' => $timeoutSeconds,
            'connect_timeout_seconds' => $connectTimeoutSeconds,
            'max_retries' => $maxRetries,
            'max_retry_delay_seconds' => $maxRetryDelaySeconds,
            'pages_in_flight' => $pagesInFlight,
            'requests_per_second' => $requestsPerSecond,
            'page_size' => $pageSize,
            'page_base' => $pageBase,
            'proxy' => $proxy,
            'ca_file' => $caFile,
            'user_agent' => $userAgent,
            'max_response_bytes' => $maxResponseBytes,
            'allow_insecure' => $allowInsecure,
        ];
        // A backtrace shows what a parameter holds; PHP 8.1 doesn't know SensitiveParameter. The key may stand in the URL by mistake.
        [$base, $url, $apiKey] = [$url, '', null];
        $options['paths'] = Json::named($paths ?? [], 'paths');
        $options['parameter_names'] = Json::named($parameterNames ?? [], 'parameterNames');
        $options = array_filter($options, fn ($value) => $value !== null);
        $this->source = new Source($base, $options);
        if ($logger !== null) {
            $this->setLogger($logger, $logLevel);
        }
    }

    /**
     * Every sent mail that the question is about.
     *
     * @param string|\DateTimeInterface|null $dateFrom see the class
     * @param string|\DateTimeInterface|null $dateTo see the class
     * @param ?string $externalId the account's own id of a contact; a remote source refuses it
     * @param ?int $pageSize rows asked for at a time, 1 to 1000; null for the client's
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return Rows<SentEmail>
     * @throws InwiseException
     */
    public function sentEmails(
        ?int $campaignId = null,
        ?int $contactId = null,
        ?string $externalId = null,
        string|\DateTimeInterface|null $dateFrom = null,
        string|\DateTimeInterface|null $dateTo = null,
        ?int $pageSize = null,
        array $params = [],
    ): Rows {
        return new Rows($this->source, RowKind::SentEmails, self::question(get_defined_vars()));
    }

    /**
     * Every mail that was not sent. Without dates for all time.
     *
     * @param string|\DateTimeInterface|null $dateFrom see the class
     * @param string|\DateTimeInterface|null $dateTo see the class
     * @param ?string $externalId the account's own id of a contact; a remote source refuses it
     * @param ?int $pageSize rows asked for at a time, 1 to 1000; null for the client's
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return Rows<UndeliveredEmail>
     * @throws InwiseException
     */
    public function undelivered(
        ?int $campaignId = null,
        ?int $contactId = null,
        ?string $externalId = null,
        string|\DateTimeInterface|null $dateFrom = null,
        string|\DateTimeInterface|null $dateTo = null,
        ?int $pageSize = null,
        array $params = [],
    ): Rows {
        return new Rows($this->source, RowKind::Undelivered, self::question(get_defined_vars()));
    }

    /**
     * Every activity of contacts that the question is about.
     *
     * @param string|\DateTimeInterface|null $dateFrom see the class
     * @param string|\DateTimeInterface|null $dateTo see the class
     * @param ?string $externalId the account's own id of a contact; a remote source refuses it
     * @param ?string $actionType "emailOpened", "emailClicked", … or any other
     * @param ?int $pageSize rows asked for at a time, 1 to 1000; null for the client's
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return Rows<Activity>
     * @throws InwiseException
     */
    public function activities(
        ?int $campaignId = null,
        ?int $contactId = null,
        ?string $externalId = null,
        string|\DateTimeInterface|null $dateFrom = null,
        string|\DateTimeInterface|null $dateTo = null,
        ?string $actionType = null,
        ?int $pageSize = null,
        array $params = [],
    ): Rows {
        return new Rows($this->source, RowKind::Activities, self::question(get_defined_vars()));
    }

    /**
     * A campaign's funnel as the service counts it. Funnel counts it from rows.
     *
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @throws InwiseException
     */
    public function activitiesSummary(int $campaignId, array $params = []): ActivitiesSummary
    {
        $json = $this->source->ask('inwise_activities_summary', Json::query(self::question(get_defined_vars())));
        return ActivitiesSummary::from(Members::of($json));
    }

    /**
     * What is new in the activity feed, at most 1,000 rows, in order of arrival. Reading consumes: each row is given once, and
     * the library never repeats the request. If it fails with NetworkException or TimeoutException rows may be gone: read the
     * same days again with activities.
     *
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return list<Activity>
     * @throws InwiseException
     */
    public function recentActivities(array $params = []): array
    {
        /** @var list<Activity> */
        return $this->recent('inwise_recent_activities', RowKind::Activities, $params);
    }

    /**
     * As recentActivities, of sent mails.
     *
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return list<SentEmail>
     * @throws InwiseException
     */
    public function recentSentEmails(array $params = []): array
    {
        /** @var list<SentEmail> */
        return $this->recent('inwise_recent_sent_emails', RowKind::SentEmails, $params);
    }

    /**
     * As recentActivities, of mails that were not sent.
     *
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return list<UndeliveredEmail>
     * @throws InwiseException
     */
    public function recentUndelivered(array $params = []): array
    {
        /** @var list<UndeliveredEmail> */
        return $this->recent('inwise_recent_undelivered', RowKind::Undelivered, $params);
    }

    /**
     * Sends what the library notices to a logger: "warning" for retries and pages read again, "info" for what the service is
     * like, "debug" for each request. Of this client the logger may use cancel, close and setLogger; any other call is refused.
     * What it throws comes out of the call that logged, whose rows are then lost.
     *
     * @param ?LoggerInterface $logger null for none
     * @param string $level the least grave level to send, in PSR-3's words
     * @throws InwiseException
     */
    public function setLogger(?LoggerInterface $logger, string $level = 'debug'): void
    {
        $this->source->setLogger($logger, $level);
    }

    /**
     * Ends the calls in flight, which throw CancelledException; with none nothing happens. While a call runs, PHP itself runs
     * only the logger: signal handlers wait until it has ended.
     *
     * @throws InwiseException
     */
    public function cancel(): void
    {
        $this->source->cancel();
    }

    /** Closes the client; its walks end with ClosedException. It is closed by itself when it and its walks are gone. */
    public function close(): void
    {
        $this->source->close();
    }

    /** @return array<string, never> nothing: what is inside is no one's business */
    public function __debugInfo(): array
    {
        return [];
    }

    /**
     * @param array<string, string|int|float|bool> $params
     * @return list<Row>
     */
    private function recent(string $function, RowKind $kind, array $params): array
    {
        return Page::rows($kind, $this->source->ask($function, Json::query(['params' => $params])));
    }

    /**
     * The arguments of a question under the library's names.
     *
     * @param array<string, mixed> $arguments
     * @return array<string, mixed>
     */
    private static function question(array $arguments): array
    {
        $question = [];
        foreach ($arguments as $name => $value) {
            $question[self::KEYS[$name]] = $value;
        }
        return $question;
    }
}
