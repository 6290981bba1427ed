// SPDX-License-Identifier: MIT

import Glibc

// WORK DATADIR: gets ready, says so, and then does the work once for each line of input; see benchmarks/run.py.

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
    print("usage: inwise-benchmark decode-plain|decode-odd|funnel-json|funnel-columns DATADIR")
    exit(2)
}
let work: any Work
switch arguments[1] {
case "decode-plain": work = try Decode(folder: arguments[2] + "/plain")
case "decode-odd": work = try Decode(folder: arguments[2] + "/odd")
case "funnel-json": work = FunnelOfPages(folder: arguments[2] + "/plain")
case "funnel-columns": work = try FunnelOfColumns(folder: arguments[2] + "/columns")
default: throw Failure("There is no work \(arguments[1]).")
}
say("ready")
while readLine() != nil {
    let watch = Stopwatch()
    try work.perform()
    let (wall, cpu) = watch.seconds
    say("{\"wall\":\(wall),\"cpu\":\(cpu),\"answer\":\(try work.answer()),\"peak_kb\":\(peakKilobytes())}")
}

/// Prints a line, and doesn't keep it back where output is a pipe.
func say(_ line: String) {
    print(line)
    fflush(nil)
}
