// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Glibc

/// Where to listen: `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`.
struct ListenAddress: ExpressibleByArgument {
    private let host: String
    private let port: UInt16

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...]) else { return nil }
        var host = argument[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() } else if host.contains(":") { return nil }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// A socket that listens there, and the URL that leads to it.
    func open() throws(Failure) -> (socket: Int32, url: String) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, String(port), &hints, &found)
        defer { if found != nil { freeaddrinfo(found) } }
        guard status == 0, let first = found?.pointee else { throw failure(gai_strerror(status)) }
        let descriptor = socket(first.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { throw failure(strerror(errno)) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, first.ai_addr, first.ai_addrlen) == 0, listen(descriptor, Self.backlog) == 0, let url = Self.url(of: descriptor) else {
            let number = errno
            close(descriptor)
            throw failure(strerror(number))
        }
        return (descriptor, url)
    }

    /// Connections that wait until there is room.
    private static let backlog: Int32 = 1024

    private func failure(_ reason: UnsafePointer<CChar>?) -> Failure {
        let reason = reason.map { ": \(String(cString: $0))" } ?? ""
        return Failure(.unavailable, "Can't listen on \(host), port \(port)\(reason). Port 0 is a free one.")
    }

    private static func url(of socket: Int32) -> String? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getsockname(socket, address, &size) == 0, let (host, port) = SocketAddress.text(of: address) else { return nil }
                return host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
            }
        }
    }
}

/// Addresses of the network as texts.
enum SocketAddress {
    /// The host's number, and the port's.
    static func text(of address: UnsafePointer<sockaddr>) -> (host: String, port: String)? {
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST)), port = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let size = address.pointee.sa_family == sa_family_t(AF_INET6) ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
        let numbers = NI_NUMERICHOST | NI_NUMERICSERV
        guard getnameinfo(address, socklen_t(size), &host, socklen_t(host.count), &port, socklen_t(port.count), numbers) == 0 else { return nil }
        return (text(host), text(port))
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
