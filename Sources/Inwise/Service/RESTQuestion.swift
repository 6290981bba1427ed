// SPDX-License-Identifier: MIT

/// A REST request as the question that it asks.
struct RESTQuestion {
    let method: Method
    /// The request's parameters, not looked at yet: the service reads them.
    let query: Query

    private static let folder = "/campaigns/email/"
    /// Names beside `Method`'s own: the vendor's guide has this one as a heading.
    private static let otherNames = ["recentActivity": Method.recentActivities]

    /// - Parameter apiKey: what the request must carry as `X-API-Key`; nil to ask for none.
    /// - Throws: an error whose `httpStatus` is 401, 404, 405 or 400, looked at in this order.
    init(_ request: RESTRequest, apiKey: String?) throws(InwiseError) {
        if let apiKey {
            let given = request.headers.first { $0.name.lowercased() == "x-api-key" }?.value
            guard given == apiKey else {
                throw InwiseError(.auth, "you are not authorized to use rest API", httpStatus: 401)
            }
        }
        let path = request.pathAndQuery.prefix { $0 != "?" }
        guard let method = Self.method(path) else {
            throw InwiseError(.notFound, "There is nothing here. The methods lie below \(Self.folder): \(Method.allCases.map(\.rawValue).joined(separator: ", ")).", httpStatus: 404)
        }
        guard request.httpMethod == "GET" else {
            throw InwiseError(.http, "The methods answer to GET only.", httpStatus: 405)
        }
        var query = Query()
        query.parameters = try PercentDecoding.parameters(request.pathAndQuery.dropFirst(path.count + 1)) { name in
            let which = name.isEmpty ? "A parameter" : "The parameter \(name.prefix(40))"
            return InwiseError(.http, "\(which) is not percent-encoded UTF-8.", httpStatus: 400)
        }
        self.method = method
        self.query = query
    }

    /// The method that a path ends in, whatever comes before the folder.
    private static func method(_ path: Substring) -> Method? {
        guard let path = PercentDecoding.text(path, form: false), let slash = path.lastIndex(of: "/"),
            path[...slash].hasSuffix(folder)
        else { return nil }
        let name = String(path[path.index(after: slash)...])
        return Method(rawValue: name) ?? otherNames[name]
    }
}
