// SPDX-License-Identifier: MIT

internal import ArgumentParser
internal import Inwise

/// Which rows a walk is about, and how it walks.
struct RowOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Only this campaign.", valueName: "id"))
    var campaign: Int64?

    @Option(parsing: .unconditional, help: ArgumentHelp("Only this contact.", valueName: "id"))
    var contact: Int64?

    @Option(help: ArgumentHelp("Only the contact with this id of the account's own. For a mirror or a sandbox: URL; the service can't be asked so.", valueName: "id"))
    var externalId: String?

    @Option(help: ArgumentHelp("From this day or second on: 2024-09-01 or '2024-09-01 08:30:00'.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Up to this day or second; it belongs to the range.", valueName: "date"))
    var to: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("Rows to ask for at a time, 1 to 1000. (default: 1000)", valueName: "rows"))
    var pageSize: Int?

    @Option(parsing: .unconditional, help: ArgumentHelp("Pages to ask for at once, 1 to 64. (default: 4)", valueName: "pages"))
    var inFlight: Int?

    func query(_ more: ParameterOptions, _ type: TypeOption? = nil) throws(Failure) -> Query {
        var query = Query(
            campaignID: campaign, contactID: contact, externalID: externalId, dateFrom: from, dateTo: to,
            actionType: type?.type, pageSize: pageSize)
        query.parameters = try more.parameters()
        return query
    }
}

/// Which activities.
struct TypeOption: ParsableArguments {
    @Option(help: ArgumentHelp("Only this action type: emailOpened, emailClicked, emailBounced, or any other.", valueName: "type"))
    var type: String?
}
