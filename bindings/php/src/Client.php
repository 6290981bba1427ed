<?php

// SPDX-License-Identifier: MIT

declare(strict_types=1);

namespace Inwise;

use Inwise\Exception\InwiseException;
use Inwise\Internal\Failure;
use Inwise\Internal\Json;
use Inwise\Internal\Members;
use Inwise\Internal\Page;
use Inwise\Internal\Source;
use Inwise\Internal\Unique;
use Psr\Log\LoggerInterface;

/**
 * A source that answers questions about e-mail campaigns: the inwise service, a mirror of it in a file, or a made-up account in
 * memory.
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
        'dateTo' => 'date_to', 'actionType' => 'action_type', 'pageSize' => 'page_size', 'consumer' => 'consumer',
        'params' => 'params', 'campaignIds' => 'campaign_ids', 'methods' => 'methods', 'recent' => 'recent',
        'overlapSeconds' => 'overlap_seconds', 'lateAges' => 'late_ages', 'gapReachSeconds' => 'gap_reach_seconds',
        'audit' => 'audit', 'maxSeconds' => 'max_seconds', 'waitSeconds' => 'wait_seconds', 'triggerType' => 'trigger_type',
        'after' => 'after',
    ];

    private readonly Source $source;

    /**
     * Nothing is sent yet: a wrong key shows at the first question. Options left null have the library's default.
     *
     * @param string $url any http or https base; or "file:/path/to/mirror.db", which sync fills, with %, ? and # in the path written
     *     %25, %3F and %23; or "sandbox:?seed=7" for a made-up account
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
     * @param ?bool $readOnly false; of a mirror alone: the file must be there, and is never written
     * @param string|\DateTimeInterface|null $now this machine's; of a mirror alone: the clock that "the past seven days" and sync go
     *     by, "2024-09-20T12:00:00" or as it stands; it stands still then
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
        ?bool $readOnly = null,
        string|\DateTimeInterface|null $now = null,
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
            'read_only' => $readOnly,
            'now' => $now instanceof \DateTimeInterface ? $now->format('Y-m-d\TH:i:s') : $now,
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
     * @param ?string $consumer who reads, 1 to 200 bytes; of a mirror alone. It gets what it has not acknowledged, again and again
     *     until it does by acknowledge; nothing is consumed
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return list<Activity>
     * @throws InwiseException
     */
    public function recentActivities(?string $consumer = null, array $params = []): array
    {
        /** @var list<Activity> */
        return $this->recent('inwise_recent_activities', RowKind::Activities, get_defined_vars());
    }

    /**
     * As recentActivities, of sent mails.
     *
     * @param ?string $consumer as of recentActivities
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return list<SentEmail>
     * @throws InwiseException
     */
    public function recentSentEmails(?string $consumer = null, array $params = []): array
    {
        /** @var list<SentEmail> */
        return $this->recent('inwise_recent_sent_emails', RowKind::SentEmails, get_defined_vars());
    }

    /**
     * As recentActivities, of mails that were not sent.
     *
     * @param ?string $consumer as of recentActivities
     * @param array<string, string|int|float|bool> $params further parameters, passed on verbatim
     * @return list<UndeliveredEmail>
     * @throws InwiseException
     */
    public function recentUndelivered(?string $consumer = null, array $params = []): array
    {
        /** @var list<UndeliveredEmail> */
        return $this->recent('inwise_recent_undelivered', RowKind::Undelivered, get_defined_vars());
    }

    /**
     * Brings a mirror in step with this source: no row is missing afterwards, none is doubled. The first sync reads all, which may
     * take long; later ones what is new, and again what may have arrived late. Interrupted or killed at any point, the next one
     * goes on from there. For the command line: a web server's limits of time would cut it short.
     *
     * Options left null have the library's default.
     *
     * @param self $mirror a client of a "file:" URL that may be written
     * @param ?array<int> $campaignIds all: these campaigns' rows alone
     * @param ?array<RowKind|string> $methods all three: which kinds of rows to mirror, and the recent feeds of these; [] for the audit
     *     alone
     * @param string|\DateTimeInterface|null $dateFrom "2000-01-01": from where on the first sync reads; an earlier one later reads
     *     what lies between
     * @param ?bool $recent true: whether the recent feeds are read, which consumes them
     * @param ?int $overlapSeconds 600: later syncs read from the newest date known less this; 0 to 31536000
     * @param ?array<int> $lateAges [1800, 86400, 604800]: what has reached one of these ages in seconds is read once more; up to 8,
     *     each 1 to 31536000
     * @param ?int $gapReachSeconds 604800: how late a row can be: so far back is read where a feed's answer was lost; 0 to 31536000
     * @param ?string $audit "touched": the campaigns with new rows, "all" or "none" are held against the service's own summary
     * @param int|float|null $maxSeconds none: stops after the step during which this time has passed; 0.001 to 86400
     * @param int|float|null $waitSeconds 0: how long to wait for another sync into this mirror, which then throws StoreException; 0
     *     to 86400
     * @param ?callable(SyncProgress): mixed $progress called after every step, and about once a second while it waits for another
     *     sync; it may ask any client. When it returns false the sync stops there, and so it does when it throws, which then comes
     *     out of here. It must not end the program
     * @throws InwiseException what the sync did until then is kept
     */
    public function sync(
        self $mirror,
        ?array $campaignIds = null,
        ?array $methods = null,
        string|\DateTimeInterface|null $dateFrom = null,
        ?bool $recent = null,
        ?int $overlapSeconds = null,
        ?array $lateAges = null,
        ?int $gapReachSeconds = null,
        ?string $audit = null,
        int|float|null $maxSeconds = null,
        int|float|null $waitSeconds = null,
        ?callable $progress = null,
    ): SyncReport {
        $options = self::question(array_diff_key(get_defined_vars(), ['mirror' => null, 'progress' => null]));
        return SyncReport::from(Members::of($this->source->sync($mirror->source, Json::query($options), $progress)));
    }

    /**
     * Tells a mirror up to which of its recent rows a consumer has dealt with them: it gets those that follow from then on. So one
     * that dies between reading and acknowledging loses nothing.
     *
     * @param string $method "recentActivities", "recentSentEmails" or "recentUndelivered": each has its own place
     * @param string $consumer who; it is known by this name, and begins with the first row
     * @param int|Row|Through $through the last row that was dealt with, or its id (rowIndex of sent mails); also an earlier one, to
     *     have what follows it again
     * @throws InwiseException
     */
    public function acknowledge(string $method, string $consumer, int|Row|Through $through = Through::Given): void
    {
        $upTo = match (true) {
            $through === Through::Given => [],
            $through === Through::Beginning => ['through' => null],
            $through instanceof Row => ['through' => self::identity($through, $method)],
            default => ['through' => $through],
        };
        $query = (object) (['method' => $method, 'consumer' => $consumer] + $upTo);
        $this->source->ask('inwise_acknowledge', Json::encode($query, 'The query'));
    }

    /**
     * Reads one webhook, as Webhook::parse does with the same arguments, and keeps its event in this mirror, durably once this
     * returns: then answer the service with 200. One that comes again is the same event; the order doesn't matter. An e-mail's event
     * has a row, which counts until the service's own comes with a sync and takes its place.
     *
     * @param string $body as it came: php://input
     * @param ?array<string> $allow as of Webhook::parse, as are the others
     * @param ?array<string> $trustedProxies
     * @return \stdClass the event, and behind its members event_id (from 1 in order of arrival), new (whether it had not come before)
     *     and state: "provisional" (its row counts until the service's own comes), "confirmed" (that is there) or "kept" (without a row)
     * @throws InwiseException AuthException and ProtocolException as of Webhook::parse; any other is to be answered with 503: the
     *     service may then send it again
     */
    public function ingestWebhook(
        string $body,
        ?string $remoteAddress = null,
        ?array $allow = null,
        ?array $trustedProxies = null,
        ?string $forwardedFor = null,
        #[\SensitiveParameter] ?string $token = null,
        #[\SensitiveParameter] ?string $url = null,
        ?int $maxBodyBytes = null,
    ): \stdClass {
        return Json::object($this->source->ingestWebhook($body, Webhook::options(get_defined_vars())));
    }

    /**
     * The events that webhooks told this mirror of, in order of arrival; without a date all of them.
     *
     * @param string|\DateTimeInterface|null $dateFrom see the class; of the events' timestamps
     * @param string|\DateTimeInterface|null $dateTo see the class
     * @param ?string $triggerType "emailClicked", "smsSent", … in the service's spelling
     * @param ?int $after the event_id behind which to begin: of the last event that was dealt with
     * @param ?int $pageSize events asked for at a time, 1 to 1000; null for the client's
     * @throws InwiseException
     */
    public function webhookEvents(
        ?int $campaignId = null,
        ?int $contactId = null,
        string|\DateTimeInterface|null $dateFrom = null,
        string|\DateTimeInterface|null $dateTo = null,
        ?string $triggerType = null,
        ?int $after = null,
        ?int $pageSize = null,
    ): WebhookEvents {
        return new WebhookEvents($this->source, self::question(get_defined_vars()));
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
     * @param array<string, mixed> $arguments
     * @return list<Row>
     */
    private function recent(string $function, RowKind $kind, array $arguments): array
    {
        return Page::rows($kind, $this->source->ask($function, Json::query(self::question($arguments))));
    }

    /** The id of a row that a recent method gave. */
    private static function identity(Row $row, string $method): int
    {
        $kind = RowKind::of($row);
        if ($method !== 'recent' . ucfirst($kind->value)) {
            throw Failure::argument("through is a row of \"$kind->value\", not of \"$method\".", 'through');
        }
        return ($row instanceof SentEmail ? $row->rowIndex : $row->id)
            ?? throw Failure::argument('through is a row without an id, by which rows are known here.', 'through');
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
