// SPDX-License-Identifier: MIT

import Glibc

// WORK DATADIR …: gets ready, says so, and then does the work once for each line of input; see benchmarks/run.py. Or
// mirror COLUMNS FILE: fills a mirror, which is all.

let arguments = CommandLine.arguments
let usage = """
    usage: inwise-benchmark decode-plain|decode-odd|funnel-json|funnel-columns DATADIR
           inwise-benchmark ingest|ingest-indexed DATADIR PAGES FILE
           inwise-benchmark webhooks BODIES COUNT BATCH FILE
           inwise-benchmark mirror COLUMNS FILE
    """
switch (arguments.dropFirst().first, arguments.count) {
case ("decode-plain", 3): try serve(Decode(folder: arguments[2] + "/plain"))
case ("decode-odd", 3): try serve(Decode(folder: arguments[2] + "/odd"))
case ("funnel-json", 3): try serve(FunnelOfPages(folder: arguments[2] + "/plain"))
case ("funnel-columns", 3): try serve(FunnelOfColumns(folder: arguments[2] + "/columns"))
case ("ingest", 5), ("ingest-indexed", 5):
    let pages = Int(arguments[3]) ?? 0
    try serve(
        Ingest(
            folder: arguments[2] + "/plain", pages: pages, path: arguments[4], isIndexed: arguments[1] == "ingest-indexed"))
case ("webhooks", 6):
    try serve(Webhooks(file: arguments[2], count: Int(arguments[3]) ?? 0, batch: Int(arguments[4]) ?? 1, path: arguments[5]))
case ("mirror", 4): try MirrorOfColumns.write(arguments[2], to: arguments[3])
default:
    print(usage)
    exit(2)
}

func serve(_ work: any Work) throws {
    say("ready")
    while readLine() != nil {
        let watch = Stopwatch()
        try work.perform()
        let (wall, cpu) = watch.seconds
        // Before the answer, whose memory is none of the work's.
        let peak = peakKilobytes()
        say("{\"wall\":\(wall),\"cpu\":\(cpu),\"answer\":\(try work.answer()),\"peak_kb\":\(peak)}")
    }
}

/// Prints a line, and doesn't keep it back where output is a pipe.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
