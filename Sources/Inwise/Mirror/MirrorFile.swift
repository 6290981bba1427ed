// SPDX-License-Identifier: MIT

internal import Glibc

/// Opens a mirror's file, and makes it. One that is no mirror, or a damaged, newer or unwritable one, stays as it is.
///
/// First what can be told from the file's first bytes, before SQLite would lock it or mend it after a crash; then what
/// SQLite finds in it, its log included.
enum MirrorFile {
    /// - Parameters:
    ///   - path: made absolute.
    ///   - readOnly: the file must be there, and is never written.
    ///   - migrations: what leads from one version to the next.
    ///   - stop: asked while another process is waited for. The database keeps it.
    static func open(
        _ path: String, readOnly: Bool, migrations: [String] = Schema.migrations, stop: (() -> InwiseError?)? = nil
    ) throws(InwiseError) -> Database {
        let path = path.hasPrefix("/") ? path : try FileURL.path(of: "file:" + path)
        // Before one is made.
        try MirrorPlace(of: path).check()
        try find(path, makes: !readOnly)
        let place = MirrorPlace(of: path)
        let versions = Versions(path: path, place: place, last: Int32(migrations.count))
        guard readOnly else {
            let database = try Database(file: path, readOnly: false)
            try openForWriting(database, versions, migrations, stop)
            return database
        }
        // While nobody writes, what is wrong shows without anything being put beside the file.
        let unchanging = UnchangingFile(path, at: place)
        var asItStands: Database?
        if let unchanging {
            let database = try Database(file: path, readOnly: true, unchanging: unchanging)
            do throws(InwiseError) {
                try openForReading(database, versions, migrations, stop)
                asItStands = database
            } catch {
                if unchanging.isUnchanged { throw error }
            }
        }
        do throws(InwiseError) {
            let database = try Database(file: path, readOnly: true)
            try openForReading(database, versions, migrations, stop)
            return database
        } catch {
            // Where nothing can be put beside it, it is read as it stands.
            guard let asItStands, faccessat(AT_FDCWD, place.folder, W_OK, AT_EACCESS) != 0 else { throw error }
            return asItStands
        }
    }

    // MARK: The file

    /// Finds a regular file, or makes an empty one, for this user alone: a mirror is full of people's addresses.
    private static func find(_ path: String, makes: Bool) throws(InwiseError) {
        var found = stat()
        if stat(path, &found) != 0 {
            guard errno == ENOENT else { throw unreachable(path, errno) }
            guard makes else {
                throw InwiseError(
                    .store, "There is no mirror at \(path). One is made where it is opened without \"read_only\", and filled by a sync.",
                    parameter: "read_only")
            }
            // Without opening it: closing it again could drop the locks of who found it at this moment.
            guard mknod(path, S_IFREG | 0o600, 0) == 0 || errno == EEXIST else { throw unreachable(path, errno) }
            guard stat(path, &found) == 0 else { throw unreachable(path, errno) }
        }
        if let what = MirrorPlace.nameOfNoFile(found.st_mode) {
            throw InwiseError(.store, "\(path) is \(what). Give the path of a mirror's file.")
        }
    }

    private static func unreachable(_ path: String, _ cause: Int32) -> InwiseError {
        var found = stat()
        return switch cause {
        case ENOENT where lstat(path, &found) == 0: InwiseError(.store, "\(path) is a link that leads nowhere. Make the file that it leads to, or remove it.")
        case ENOENT, ENOTDIR: InwiseError(.store, "The folder of \(path) is not there. Make it first.")
        case EACCES, EPERM, EROFS: .unwritable(path)
        case ENOSPC, EDQUOT: .full(path)
        default: InwiseError(.store, "\(path) can't be opened: \(String(cString: strerror(cause))).")
        }
    }

    // MARK: Opening

    private static func openForWriting(
        _ database: Database, _ versions: Versions, _ migrations: [String], _ stop: (() -> InwiseError?)?
    ) throws(InwiseError) {
        database.stop = stop
        let hasLog = versions.place.hasLog
        guard !database.isReadOnly else { throw .unwritable(versions.path) }
        try versions.check(database)
        // What is refused yet is not tidied up when it is closed.
        database.leavesFiles(hasLog)
        try prepare(database)
        try database.execute("PRAGMA secure_delete = FAST; PRAGMA auto_vacuum = NONE")
        if try versions.foundAtOnce(database) < versions.last {
            try database.transaction(durable: true) { () throws(InwiseError) in
                // Another process may have been quicker.
                let version = try versions.found(database)
                for migration in migrations.dropFirst(Int(version)) { try database.execute(migration) }
                try database.execute("PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(versions.last)")
            }
            // The file's own first page tells its version then.
            try database.execute("PRAGMA wal_checkpoint(PASSIVE)")
        }
        try versions.compare(database, migrations)
        try database.keepLog()
        guard try database.isKeepingLog() else { throw .unlockable(versions.path, "no shared memory") }
        try database.execute("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864")
        database.leavesFiles(false)
    }

    private static func openForReading(
        _ database: Database, _ versions: Versions, _ migrations: [String], _ stop: (() -> InwiseError?)?
    ) throws(InwiseError) {
        database.stop = stop
        try versions.check(database)
        try prepare(database)
        guard try versions.foundAtOnce(database) == versions.last else {
            throw InwiseError(
                .store, "\(versions.path) is not a mirror yet, or one of an earlier release. Open it once without \"read_only\".",
                parameter: "read_only")
        }
        try versions.compare(database, migrations)
    }

    /// What every connection is told.
    private static func prepare(_ database: Database) throws(InwiseError) {
        database.makeDefensive()
        // Never mapped: a disk that fails under a mapped page kills the host.
        try database.execute("""
            PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0;
            PRAGMA cache_size = -16384
            """)
    }
}

/// Which versions of the schema a file may have, and how its own is found.
private struct Versions {
    let path: String
    let place: MirrorPlace
    let last: Int32

    /// What the file's first bytes tell.
    func check(_ database: Database) throws(InwiseError) {
        // A log that goes meanwhile has made the file whole before.
        var hasLog = place.hasLog
        // Not SQLite's idea of it, to which a single byte is nothing. What isn't empty any more has its first page.
        var size = place.size
        var header = try database.header()
        guard size > 0 else {
            guard !hasLog else { throw .damaged(path, "empty, with a log of writes beside it") }
            return
        }
        guard header.isSQLite else { throw InwiseError(.store, "\(path) is not a mirror, nor an SQLite file at all. Give another path.") }
        try check(application: header.applicationID, version: header.version)
        guard header.isIntact else { throw .damaged(path, "its first page") }
        // While another process writes the file itself, it can be short for a moment.
        for attempt in 1... {
            guard let whole = header.fileSize, size < whole, !hasLog, !place.hasJournal else { break }
            guard attempt < 4 else { throw .damaged(path, "\(size) bytes long instead of \(whole)") }
            usleep(10_000)
            hasLog = place.hasLog
            size = place.size
            header = try database.header()
        }
    }

    /// The same outside of a transaction, while other processes may be making the file.
    func foundAtOnce(_ database: Database) throws(InwiseError) -> Int32 {
        try database.readTransaction { () throws(InwiseError) in try found(database) }
    }

    /// The version that the file has, its log included; 0 for an empty one. Inside a transaction.
    func found(_ database: Database) throws(InwiseError) -> Int32 {
        let application = try database.integer("PRAGMA application_id")
        let version = try database.integer("PRAGMA user_version")
        let tables = try database.integer("SELECT count(*) FROM sqlite_schema")
        if application == 0, version == 0, tables == 0 { return 0 }
        try check(application: Int32(truncatingIfNeeded: application), version: Int32(truncatingIfNeeded: version))
        return Int32(truncatingIfNeeded: version)
    }

    private func check(application: Int32, version: Int32) throws(InwiseError) {
        guard application == Schema.applicationID else {
            throw InwiseError(.store, "\(path) is an SQLite file, but not a mirror. Give another path.")
        }
        guard version > 0 else { throw .damaged(path, "its version") }
        guard version <= last else {
            throw InwiseError(.store, "\(path) was made by a later release of this library (version \(version) of the file, \(last) known). Use that release, or sync into a new file.")
        }
    }

    /// Holds the tables and indexes against those that the migrations make, and looks at the pages that tell of them.
    func compare(_ database: Database, _ migrations: [String]) throws(InwiseError) {
        if let problem = try database.schemaProblem() { throw .damaged(path, problem) }
        let model = try Database()
        for migration in migrations { try model.execute(migration) }
        let wanted = try Self.definitions(model), found = try Self.definitions(database)
        for (name, definition) in wanted where found[name] != definition { throw .damaged(path, "its table or index \(name)") }
    }

    private static func definitions(_ database: Database) throws(InwiseError) -> [String: String] {
        let select = try database.prepare("SELECT name, type || ' ' || tbl_name || ' ' || ifnull(sql, '') FROM sqlite_schema")
        defer { select.reset() }
        var definitions: [String: String] = [:]
        while try select.step() {
            guard let name = select.text(0), let definition = select.text(1) else { continue }
            definitions[String(decoding: name, as: UTF8.self)] = String(decoding: definition, as: UTF8.self)
        }
        return definitions
    }
}
