// SPDX-License-Identifier: MIT

import Testing

@testable import Inwise

@Suite("Who may send a webhook") struct WebhookTrustTests {
    private static let secret = "0123456789abcdef"

    /// Nil where it is let in; else the parameter that the error names, which must be one of trust.
    private func refusal(_ change: (inout WebhookOptions) -> Void) throws -> String? {
        var options = WebhookOptions()
        change(&options)
        let trust = try options.trust()
        do {
            try trust.check()
            return nil
        } catch {
            #expect(error.code == .auth && !error.message.contains(Self.secret))
            return error.parameter
        }
    }

    // MARK: Addresses

    @Test("An address is read in every form that it has", arguments: [
        ("193.169.246.40", "::ffff:193.169.246.40"), ("193.169.246.40:443", "::ffff:c1a9:f628"), ("[::ffff:193.169.246.40]:80", "193.169.246.40"),
        ("::ffff:0:0", "0.0.0.0"), ("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"), ("[2001:db8::1]", "[2001:db8::1]:65535"), ("::", "0:0:0:0:0:0:0:0"),
    ])
    func forms(_ one: String, _ other: String) throws {
        let (one, other) = (try #require(NetworkAddress(one)), try #require(NetworkAddress(other)))
        #expect(one == other)
    }

    @Test("What is no address is none", arguments: [
        "", " ", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.04", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:65536", "1.2.3.4:-1", "[1.2.3.4", "1.2.3.4]",
        "[::1", "::1]", "[::1]x", "[]", "[::1]:", ":::", "1::2::3", "12345::", "::1%eth0", "fe80::1%1", "localhost", "unknown", "_hidden", "1.2.3.4/32", "0x7f.1", "127.1",
        "1.2.3.4\0", "\u{661}.2.3.4", String(repeating: "1", count: 10_000),
    ])
    func noAddresses(_ text: String) { #expect(NetworkAddress(text) == nil) }

    @Test("What is no network is none", arguments: [
        "", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/ 8", "10.0.0.0/0008", "10.0.0.0/255.0.0.0", "::/129",
        "10.0.0.1:80", "[::1]", "[::1]/64", "10.0.0.0:80/8", "example.com", "*",
    ])
    func noNetworks(_ text: String) { #expect(Network(text) == nil) }

    @Test("A network holds what begins with the same bits")
    func networks() throws {
        var random = FixedSeed(1)
        for _ in 0..<4000 {
            let isIPv4 = random.once(in: 2)
            let width = isIPv4 ? 32 : 128
            var bits = (0..<width).map { _ in random.once(in: 2) }
            let length = Int.random(in: 0...width, using: &random)
            let network = try #require(Network("\(Self.address(bits))/\(length)"))
            // One bit is another.
            let place = Int.random(in: bits.indices, using: &random)
            #expect(network.contains(try #require(NetworkAddress(Self.address(bits)))))
            bits[place].toggle()
            #expect(network.contains(try #require(NetworkAddress(Self.address(bits)))) == (place >= length), "\(Self.address(bits)) in /\(length)")
        }
    }

    private static func address(_ bits: [Bool]) -> String {
        func number(_ part: ArraySlice<Bool>) -> Int { part.reduce(0) { $0 * 2 + ($1 ? 1 : 0) } }
        if bits.count == 32 { return stride(from: 0, to: 32, by: 8).map { String(number(bits[$0..<($0 + 8)])) }.joined(separator: ".") }
        return stride(from: 0, to: 128, by: 16).map { String(number(bits[$0..<($0 + 16)]), radix: 16) }.joined(separator: ":")
    }

    @Test("The families of addresses are kept apart, but where one is written as the other")
    func families() throws {
        let everyIPv4 = try #require(Network("0.0.0.0/0")), everything = try #require(Network("::/0"))
        let mapped = try #require(Network("::ffff:10.0.0.0/104"))
        for (text, isIPv4, isMapped) in [("10.1.2.3", true, true), ("11.1.2.3", true, false), ("::ffff:10.1.2.3", true, true), ("::1", false, false), ("::10.1.2.3", false, false)] {
            let address = try #require(NetworkAddress(text))
            #expect(everyIPv4.contains(address) == isIPv4 && everything.contains(address) && mapped.contains(address) == isMapped, "\(text)")
        }
    }

    @Test("The service's own addresses are allowed, and only these", arguments: [
        ("193.169.246.40", true), ("193.169.247.40", true), ("::ffff:193.169.246.40", true), ("193.169.246.40:5123", true), ("193.169.246.41", false), ("193.169.248.40", false),
        ("127.0.0.1", false), ("::193.169.246.40", false),
    ])
    func service(_ address: String, _ isAllowed: Bool) throws {
        #expect(try refusal { $0.remoteAddress = address } == (isAllowed ? nil : "remote_address"))
    }

    @Test("Without an address none is looked at")
    func noAddress() throws { #expect(try refusal { _ in } == nil) }

    /// Proxies are 10.0.0.0/8 and 2001:db8::/32, and allowed is 193.169.246.40.
    @Test("X-Forwarded-For counts as far as one's own proxies wrote it", arguments: [
        ("10.0.0.1", "193.169.246.40", nil), ("10.0.0.1", " 193.169.246.40\t", nil), ("10.0.0.1", "193.169.246.40:5000", nil), ("10.0.0.1", "[::ffff:193.169.246.40]:5000", nil),
        ("::ffff:10.0.0.1", "193.169.246.40", nil), ("2001:db8::7", "193.169.246.40,10.9.9.9,2001:db8::8", nil), ("10.0.0.1", "nonsense, 193.169.246.40", nil),
        ("10.0.0.1", "193.169.246.40, 6.6.6.6", "remote_address"), ("6.6.6.6", "193.169.246.40", "remote_address"), ("10.0.0.1", "10.0.0.2, 10.0.0.3", "remote_address"),
        ("10.0.0.1", "", "remote_address"), ("193.169.246.40", "6.6.6.6", nil), ("193.169.246.40", "nonsense", nil), ("10.0.0.1", "193.169.246.40,", "forwarded_for"),
        ("10.0.0.1", "193.169.246.40, unknown", "forwarded_for"), ("10.0.0.1", "193.169.246.40;10.0.0.2", "forwarded_for"), ("10.0.0.1", ",", "forwarded_for"),
        ("10.0.0.1", "nonsense, 10.0.0.2", "forwarded_for"), ("10.0.0.1", "193.169.246.40 10.0.0.2", "forwarded_for"),
    ] as [(String, String, String?)])
    func forwarded(_ remote: String, _ header: String, _ parameter: String?) throws {
        #expect(try refusal {
            $0.remoteAddress = remote
            $0.allow = ["193.169.246.40"]
            $0.trustedProxies = ["10.0.0.0/8", "2001:db8::/32"]
            $0.forwardedFor = header
        } == parameter)
    }

    @Test("A proxy that is allowed itself may send")
    func allowedProxy() throws {
        #expect(try refusal {
            $0.remoteAddress = "10.0.0.1"
            $0.allow = ["10.0.0.1"]
            $0.trustedProxies = ["10.0.0.1"]
        } == nil)
    }

    // MARK: Tokens

    @Test("A URL must have the secret as its parameter, once, whole, and as it is", arguments: [
        ("/?token=0123456789abcdef", true), ("/a/b?x=1&token=0123456789abcdef&y=2", true), ("https://example.com/?token=0123456789abcdef#x", true),
        ("?token=0123456789abcdef", true), ("/?token=%30123456789abcde%66", true), ("/?to%6ben=0123456789abcdef", true), ("/?&token=0123456789abcdef&", true),
        ("/", false), ("", false), ("/?", false), ("/?token", false), ("/?token=", false), ("/?token=0123456789abcde", false), ("/?token=0123456789abcdef0", false),
        ("/?token=0123456789abcdef0123456789abcdef", false), ("/?token=0123456789ABCDEF", false), ("/?Token=0123456789abcdef", false), ("/?token=0123456789abcdeg", false),
        ("/?token=0123456789abcdef&token=0123456789abcdef", false), ("/?token=x&token=0123456789abcdef", false), ("/?token[]=0123456789abcdef", false),
        ("/#?token=0123456789abcdef", false), ("/x#a?token=0123456789abcdef", false), ("/?a=b#&token=0123456789abcdef", false), ("/?token=0123456789abcde%", false),
        ("/?token=0123456789abcdef%00", false), ("/token=0123456789abcdef", false), ("/?xtoken=0123456789abcdef", false), ("/?token=+0123456789abcdef", false),
    ])
    func tokens(_ url: String, _ isGood: Bool) throws {
        #expect(try refusal { ($0.token, $0.url) = (Self.secret, url) } == (isGood ? nil : "token"))
    }

    @Test("A secret may be of characters that a URL escapes")
    func anyCharacters() throws {
        #expect(try refusal { ($0.token, $0.url) = ("שלום_עולם_=_/_1?", "/?token=%D7%A9%D7%9C%D7%95%D7%9D_%D7%A2%D7%95%D7%9C%D7%9D_=_/_1?") } == nil)
    }

    @Test("Address and secret are asked for together where both are given", arguments: [("193.169.246.40", true), ("6.6.6.6", false)])
    func both(_ address: String, _ isGood: Bool) throws {
        #expect(try refusal { ($0.remoteAddress, $0.token, $0.url) = (address, Self.secret, "/?token=\(Self.secret)") } == (isGood ? nil : "remote_address"))
        #expect(try refusal { ($0.remoteAddress, $0.token, $0.url) = (address, Self.secret, "/") } == (isGood ? "token" : "remote_address"))
    }

    // MARK: Options

    @Test("Options that can't be are refused by name")
    func options() {
        let wrong: [(String, (inout WebhookOptions) -> Void)] = [
            ("remote_address", { $0.remoteAddress = "unknown" }), ("remote_address", { $0.forwardedFor = "1.2.3.4" }), ("remote_address", { $0.trustedProxies = ["10.0.0.1"] }),
            ("allow", { ($0.remoteAddress, $0.allow) = ("::1", []) }), ("allow", { ($0.remoteAddress, $0.allow) = ("::1", ["x"]) }),
            ("allow", { ($0.remoteAddress, $0.allow) = ("::1", Array(repeating: "::1", count: 101)) }),
            ("trusted_proxies", { ($0.remoteAddress, $0.trustedProxies) = ("::1", ["10.0.0.0/33"]) }),
            ("token", { ($0.token, $0.url) = (String(repeating: "x", count: 15), "/") }), ("token", { ($0.token, $0.url) = (String(repeating: "x", count: 201), "/") }),
            ("token", { ($0.token, $0.url) = ("chu3+1xbdNGb/YUmvcNPrm46", "/") }), ("token", { ($0.token, $0.url) = ("0123456789 abcdef", "/") }),
            ("token", { ($0.token, $0.url) = ("0123456789%41bcdef", "/") }), ("token", { ($0.token, $0.url) = ("0123456789&abcdef", "/") }),
            ("token", { ($0.token, $0.url) = ("0123456789#abcdef", "/") }), ("token", { ($0.token, $0.url) = ("0123456789\nabcdef", "/") }), ("token", { ($0.token, $0.url) = ("0123456789\u{A0}abcdef", "/") }),
            ("url", { $0.token = Self.secret }), ("max_body_bytes", { $0.maxBodyBytes = 0 }), ("max_body_bytes", { $0.maxBodyBytes = 16_777_217 }),
        ]
        for (key, change) in wrong {
            let error = #expect(throws: InwiseError.self) { try refusal(change) }
            #expect(error?.parameter == key && error?.code == .argument && error?.message.contains("\"\(key)\"") == true, "\(error?.message ?? "")")
        }
    }
}
