// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise
@testable import inwise_cli

@Suite("Pauses between rounds") struct RoundPauseTests {
    @Test("keep to the interval, give or take a tenth, and to what the service asks for", arguments: [
        (300, 0, nil, 0, 270), (300, 0, nil, 0.5, 300), (300, 0, nil, 1, 330), (300, 100, nil, 0.5, 200), (300, 1000, nil, 1, 0),
        (300, 0, 10, 0.5, 300), (300, 0, 400, 0, 400), (300, 0, 400, 1, 440), (10, 60, 20, 0, 20), (300, 0, 0, 0.5, 300),
    ] as [(Double, Double, Int?, Double, Double)])
    func seconds(interval: Double, elapsed: Double, retryAfter: Int?, chance: Double, expected: Double) {
        let pause = RoundPause.seconds(interval: interval, elapsed: elapsed, retryAfter: retryAfter, chance: chance)
        #expect((pause - expected).magnitude < 1e-6)
    }
}

@Suite("Texts of a sync") struct SyncTextTests {
    @Test("tell times by their two largest units", arguments: [
        (0, false, "0 s"), (0.04, true, "0.0 s"), (3.14159, true, "3.1 s"), (9.96, true, "10 s"), (59.4, false, "59 s"), (59.6, false, "1 min"),
        (200, true, "3 min 20 s"), (3600, false, "1 h"), (7500, false, "2 h 5 min"), (273_600, false, "3 d 4 h"), (-3, false, "0 s"),
        (.infinity, false, "for ever"), (.nan, false, "for ever"), (1e14, false, "1,157,407,407 d 9 h"),
    ] as [(Double, Bool, String)])
    func times(seconds: Double, tenths: Bool, text: String) {
        #expect(TimeText.of(seconds, tenths: tenths) == text)
    }

    static let progress = """
        {"step":"rows","method":"activities","campaign_id":1958368,"date_from":"2024-09-01 00:00:00","date_to":"2024-09-20 12:00:00",
        "rows":12000,"new":11800,"pages":12,"share":0.419,"seconds":3.2,"seconds_left":4.6}
        """

    @Test("fit the terminal, the most telling first", arguments: [
        (200, "██████████▏░░░░░░░░░░░░░  activities from 2024-09-01 of 1958368  41%  12,000 rows  5 s left  11,800 new  3,750 rows/s"),
        (100, "███░░░░  activities from 2024-09-01 of 1958368  41%  12,000 rows  5 s left  11,800 new  3,750 rows/s"),
        (98, "activities from 2024-09-01 of 1958368  41%  12,000 rows  5 s left  11,800 new  3,750 rows/s"),
        (60, "activities from 2024-09-01 of 1958368  41%  12,000 rows"),
        (20, "activities from 202…"),
    ])
    func bar(width: Int, text: String) throws {
        let line = SyncBarText.of(.object(try JSON.object(parsing: Self.progress, as: "progress")), width: width)
        #expect(line == text)
        #expect(TerminalText(line).width <= width)
    }

    @Test("say what is done at the time", arguments: [
        (#"{"step":"recent","method":"recentActivities","rows":1,"new":0,"pages":1,"seconds":0}"#, "recentActivities  1 row  0 new"),
        (#"{"step":"index","rows":10,"new":10,"pages":1,"seconds":2}"#, "building indexes  10 rows  10 new  5 rows/s"),
        (#"{"step":"audit","campaign_id":5,"rows":0,"new":0,"pages":0,"seconds":2}"#, "audit of campaign 5  0 rows  0 new"),
        (#"{"step":"rows","method":"a\u001bb","rows":0,"share":2}"#, "████████████████████████  a␛b  100%  0 rows  0 new"),
        ("{}", "  0 rows  0 new"),
    ])
    func subject(progress: String, text: String) throws {
        #expect(SyncBarText.of(.object(try JSON.object(parsing: progress, as: "progress")), width: 80) == text)
    }
}
