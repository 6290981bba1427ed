<?php
// SPDX-License-Identifier: MIT
//
// worker.php decode-plain|decode-odd FOLDER, by json_decode; or
// worker.php fetch FOLDER URL PAGE_SIZE IN_FLIGHT PAGES plain|gzip, by curl_multi and json_decode; or
// worker.php webhook-parse FILE TIMES, by parse_str.

const NUMBERS = ['id', 'contact_id', 'campaign_id'];
const TEXTS = ['action_date', 'ip', 'action_type', 'remarks', 'additional_data'];

/** A sum modulo 2^64, which PHP's integers would turn into floats. */
final class Sum
{
    private int $low = 0;
    private int $high = 0;

    public function add(int $value): void
    {
        $this->low += $value & 0xFFFFFFFF;
        $this->high += $value >> 32;
    }

    public function __toString(): string
    {
        return sprintf('%u', ($this->high + ($this->low >> 32)) << 32 | ($this->low & 0xFFFFFFFF));
    }
}

/** @return array{callable, callable} the work, and its answer */
function decoding(string $work, string $folder): array
{
    $name = $work === 'decode-odd' ? 'odd' : 'plain';
    $pages = array_map(fn ($i) => file_get_contents(sprintf('%s/%s/%04d.json', $folder, $name, $i)), range(0, 99));
    $decode = function (string $page) use ($name): array {
        $rows = json_decode($page, true, 512, JSON_THROW_ON_ERROR);
        if ($name === 'odd') {
            foreach ($rows as &$row) {
                foreach (NUMBERS as $field) {
                    $row[$field] = (int) $row[$field];
                }
            }
        }
        return $rows;
    };
    $run = function () use ($pages, $decode): void {
        foreach ($pages as $page) {
            $decode($page);
        }
    };
    $answer = function () use ($pages, $decode): array {
        $sums = array_map(fn () => new Sum(), array_flip([...NUMBERS, ...TEXTS]));
        $number = 0;
        foreach ($pages as $page) {
            foreach ($decode($page) as $row) {
                $number++;
                foreach (NUMBERS as $field) {
                    $sums[$field]->add($number * $row[$field]);
                }
                foreach (TEXTS as $field) {
                    if (isset($row[$field])) {
                        $sums[$field]->add($number * (crc32($row[$field]) + 1));
                    }
                }
            }
        }
        return ['rows' => $number, ...array_map('strval', $sums)];
    };
    return [$run, $answer];
}

/** @return array{callable, callable} */
function fetching(string $url, int $pageSize, int $inFlight, string $encoding): array
{
    $rows = $ids = 0;
    $run = function () use (&$rows, &$ids, $url, $pageSize, $inFlight, $encoding): void {
        $rows = $ids = $next = 0;
        $multi = curl_multi_init();
        $ask = function (CurlHandle $handle) use (&$next, $multi, $url, $pageSize): void {
            curl_setopt($handle, CURLOPT_URL, "$url/campaigns/email/activities?" . http_build_query(
                ['page_index' => $next++, 'page_size' => $pageSize, 'date_from' => '2000-01-01']));
            curl_multi_add_handle($multi, $handle);
        };
        for ($i = 0; $i < $inFlight; $i++) {
            $handle = curl_init();
            curl_setopt_array($handle, [CURLOPT_RETURNTRANSFER => true, CURLOPT_FAILONERROR => true]);
            if ($encoding === 'gzip') {
                curl_setopt($handle, CURLOPT_ENCODING, 'gzip');
            }
            $ask($handle);
        }
        $ended = false;
        do {
            curl_multi_exec($multi, $running);
            while ($message = curl_multi_info_read($multi)) {
                $message['result'] === CURLE_OK || throw new RuntimeException(curl_strerror($message['result']));
                $page = json_decode(curl_multi_getcontent($message['handle']), true, 512, JSON_THROW_ON_ERROR);
                $rows += count($page);
                $ids += array_sum(array_column($page, 'id'));
                $ended = $ended || count($page) < $pageSize;
                curl_multi_remove_handle($multi, $message['handle']);
                if (!$ended) {
                    $ask($message['handle']);
                    $running = 1;
                }
            }
            if ($running) {
                curl_multi_select($multi);
            }
        } while ($running);
        curl_multi_close($multi);
    };
    return [$run, function () use (&$rows, &$ids): array { return ['rows' => $rows, 'ids' => (string) $ids]; }];
}

/** @return array{callable, callable} */
function parsing(string $file, int $times): array
{
    $body = trim(file_get_contents($file));
    $fields = [];
    $run = function () use ($body, $times, &$fields): void {
        for ($i = 0; $i < $times; $i++) {
            parse_str($body, $fields);
        }
    };
    $answer = function () use (&$fields): array {
        return ['trigger_type' => $fields['trigger_type'], 'campaign_id' => $fields['campaign_id'], 'email' => $fields['contact']['email']];
    };
    return [$run, $answer];
}

function cpuSeconds(): float
{
    $used = getrusage();
    return $used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec'] + ($used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec']) / 1e6;
}

[$run, $answer] = match ($argv[1]) {
    'fetch' => fetching($argv[3], (int) $argv[4], (int) $argv[5], $argv[7]),
    'webhook-parse' => parsing($argv[2], (int) $argv[3]),
    default => decoding($argv[1], $argv[2]),
};
echo "ready\n";
while (fgets(STDIN) !== false) {
    $wall = hrtime(true);
    $cpu = cpuSeconds();
    $run();
    $cpu = cpuSeconds() - $cpu;
    $wall = (hrtime(true) - $wall) / 1e9;
    preg_match('/VmHWM:\s+(\d+)/', file_get_contents('/proc/self/status'), $peak);
    echo json_encode(['wall' => $wall, 'cpu' => $cpu, 'peak_kb' => (int) $peak[1], 'answer' => $answer()]), "\n";
}
