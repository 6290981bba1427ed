// SPDX-License-Identifier: MIT

/// The pages of a sandbox's answer, one after the other.
final class SandboxPages: PageSource {
    private let sandbox: Sandbox
    private let method: Method
    private let query: Query
    private var asked: [PageWalk.Request] = []

    let pageSize: Int
    let limit = 1
    let isSpeculative = false
    /// A direct call's pages count from 0 whatever "page_base" is.
    var firstPage: Int? = 0
    private(set) var traffic = Traffic()

    init(_ sandbox: Sandbox, _ method: Method, _ query: Query) {
        self.sandbox = sandbox
        self.method = method
        self.query = query
        pageSize = query.pageSize ?? sandbox.options.pageSize
    }

    func request(_ page: PageWalk.Request) { asked.append(page) }

    func push(_ call: Call) {}

    func next(_ call: Call) throws(InwiseError) -> (token: Int, attempts: Int, outcome: Result<ByteBuffer, InwiseError>) {
        guard !asked.isEmpty else { throw InwiseError(.internal, "No page was asked for.") }
        let page = asked.removeFirst()
        var query = query
        query.pageIndex = page.number
        query.pageSize = page.size
        traffic.requests += 1
        do throws(InwiseError) {
            let answer = try sandbox.answer(method, query, call)
            traffic.bytes += answer.count
            return (page.token, 1, .success(answer))
        } catch {
            if error.code == .cancelled || error.code == .timeout || error.code == .closed {
                abandon()
                throw error
            }
            return (page.token, 1, .failure(error))
        }
    }

    func abandon() { asked = [] }
}
