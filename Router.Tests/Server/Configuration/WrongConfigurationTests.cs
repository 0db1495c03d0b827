using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using WampRouter.Realms.Settings;
using WampRouter.Server;
using WampRouter.Server.Commands;
using WampRouter.Server.Configuration;
using WampRouter.Sqlite;
using WampRouter.Storage;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Server.Listeners;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Server.Configuration;

/// <summary>Whatever keeps the router from starting is found by <c>check-config</c>, in the same words and with its place; no start ends in an exception.</summary>
public sealed class WrongConfigurationTests
{
    private const string DurableRealm = """
        { "name": "a", "roles": [ { "name": "r" } ], "authentication": { "anonymous": { "role": "r" } }, "history": [ { "uri": "com.a", "store": "sqlite" } ] }
        """;

    private static readonly TestCaseData[] Cases =
    [
        // Settings
        Case("UnknownSetting", Router("\"Transports\": { \"OutboxByte\": 5 }"), "appsettings.json:1:35: WampRouter:Transports:OutboxByte: there is no such setting; did you mean 'OutboxBytes'?"),
        Case("NoNumber", Router("\"Transports\": { \"OutboxBytes\": \"8 MiB\" }"), "appsettings.json:1:35: WampRouter:Transports:OutboxBytes: must be a whole number, not '8 MiB'"),
        Case("TooLargeANumber", Router("\"Transports\": { \"OutboxBytes\": 99999999999 }"), "appsettings.json:1:35: WampRouter:Transports:OutboxBytes: must be a whole number that is not so large, not '99999999999'"),
        Case("NoTime", Router("\"Transports\": { \"PingInterval\": \"30s\" }"), "appsettings.json:1:35: WampRouter:Transports:PingInterval: must be a time such as 00:00:10 (hours:minutes:seconds), not '30s'"),
        Case("OutOfRange", Router("\"Sessions\": { \"HelloTimeout\": 10 }"), "appsettings.json:1:33: WampRouter:Sessions:HelloTimeout: 10 means 10 days; write 00:00:10 for 10 seconds"),
        Case("Days_One", Router("\"Transports\": { \"PingInterval\": \"1\" }"), "appsettings.json:1:35: WampRouter:Transports:PingInterval: 1 means 1 day; write 00:00:01 for 1 second"),
        Case("TimeOutOfRange", Router("\"Sessions\": { \"HelloTimeout\": \"10:00\" }"), "appsettings.json:1:33: WampRouter:Sessions:HelloTimeout: must be from 00:00:01 to 00:10:00, not 10:00:00"),
        Case("TextForAList", Router("\"Transports\": { \"AllowedOrigins\": \"*\" }"), "appsettings.json:1:35: WampRouter:Transports:AllowedOrigins: must be a list: write [ … ], also for a single one"),
        Case("NoJson", "{ \"WampRouter\": }", "appsettings.json:1:17: $: not valid JSON: the value is missing"),
        Case("UnknownSection", "{ \"Urls\": \"http://*:80\" }", "appsettings.json:1:3: $.Urls: there is no such section; the sections are 'WampRouter', 'Logging'; if this is an application's file, give the router one of its own: --settings FILE"),
        Case("Argument", "{}", "argument --WampRouter:Sessions:HelloTimout: there is no such setting; did you mean 'HelloTimeout'?", ["--WampRouter:Sessions:HelloTimout=1"]),
        Case("ArgumentOutOfRange", "{}", "argument --WampRouter:Sessions:HelloTimeout: must be from 00:00:01 to 00:10:00, not 00:00:00", ["--WampRouter:Sessions:HelloTimeout", "0"]),
        Case("BelowAValue", "{}", "argument --WampRouter:Transports:OutboxBytes:x: there is no such setting; 'Transports:OutboxBytes' has no settings of its own", ["--WampRouter:Transports:OutboxBytes:x=5"]),
        Case("BelowAnItem", "{}", "argument --WampRouter:Transports:AllowedOrigins:0:x: there is no such setting; ", ["--WampRouter:Transports:AllowedOrigins:0:x=5"]),
        Case("NoName", "{}", "argument --WampRouter:: the name of the setting is missing", ["--WampRouter:=5"]),
        Case("NoNameBelow", "{}", "argument --WampRouter:Transports:: there is no such setting; the settings here are", ["--WampRouter:Transports:=5"]),
        Case("NoLogName", "{}", "argument --Logging:: there is no such setting; the settings here are", ["--Logging:=5"]),
        Case("PlaceNegative", "{}", "argument --WampRouter:Listeners:-1:Url: 'Listeners' is a list, and the places of a list are 0, 1, 2 …", ["--WampRouter:Listeners:-1:Url=http://127.0.0.1:0"]),
        Case("PlaceSpeltOtherwise", "{}", "argument --WampRouter:Listeners:00:Url: 'Listeners' is a list, and the places of a list are 0, 1, 2 …", ["--WampRouter:Listeners:00:Url=http://127.0.0.1:0"]),
        Case("PlaceBehindAGap", Listener("\"Url\": \"http://127.0.0.1:0\""), "argument --WampRouter:Listeners:7:Url: there is no 'Listeners:1' before it, and the places of a list are 0, 1, 2 …", ["--WampRouter:Listeners:7:Url=http://127.0.0.1:0"]),
        Case("OriginBehindAGap", "{}", "argument --WampRouter:Transports:AllowedOrigins:1: there is no 'Transports:AllowedOrigins:0' before it, and the places of a list are 0, 1, 2 …", ["--WampRouter:Transports:AllowedOrigins:1=https://a.example"]),
        Case("Null_Section", "{ \"WampRouter\": null }", "appsettings.json:1:3: $.WampRouter: must not be null; leave it out, and the default counts"),
        Case("Null_Listener", Router("\"Listeners\": [ null ]"), "appsettings.json:1:34: $.WampRouter.Listeners[0]: must not be null; leave it out, and the default counts"),
        Case("Null_Origin", Router("\"Transports\": { \"AllowedOrigins\": [ null ] }"), "$.WampRouter.Transports.AllowedOrigins[0]: must not be null; leave it out, and the default counts"),
        Case("Null_Value", Router("\"DataDirectory\": null"), "$.WampRouter.DataDirectory: must not be null; leave it out, and the default counts"),
        Case("Empty_Number", Router("\"Transports\": { \"MaxMessageBytes\": \"\" }"), "appsettings.json:1:35: WampRouter:Transports:MaxMessageBytes: must not be empty; leave it out, and the default counts"),
        Case("Empty_Time", "{}", "argument --WampRouter:Transports:PingInterval: must not be empty; leave it out, and the default counts", ["--WampRouter:Transports:PingInterval="]),
        Case("Empty_Truth", Router("\"WelcomePage\": \"\""), "WampRouter:WelcomePage: must not be empty; leave it out, and the default counts"),
        Case("Empty_Section", Router("\"Transports\": \"\""), "WampRouter:Transports: has settings of its own: write { … }"),
        Case("Serves_Misspelt", Listener("\"Url\": \"http://127.0.0.1:0\", \"Serves\": [ \"wamp\", \"metric\" ]"), "WampRouter:Listeners:0:Serves:1: must be 'wamp' or 'websocket' or 'rawsocket' or 'longpoll' or 'http' or 'metrics' or 'health', not 'metric'"),
        Case("Serves_NoList", Listener("\"Url\": \"http://127.0.0.1:0\", \"Serves\": \"wamp\""), "WampRouter:Listeners:0:Serves: must be a list: write [ … ], also for a single one"),
        Case("Serves_Nothing", Listener("\"Url\": \"http://127.0.0.1:0\", \"Serves\": [ ]"), "$.WampRouter.Listeners[0].Serves: serves nothing; leave it out to serve 'wamp'"),
        Case("Serves_NowhereWamp", Listener("\"Url\": \"http://127.0.0.1:0\", \"Serves\": [ \"metrics\" ]"), "WampRouter:Listeners: none of them serves 'wamp': no client could connect"),
        Case("Serves_PathOfWamp", Listener("\"Url\": \"http://127.0.0.1:0\", \"Path\": \"/metrics\", \"Serves\": [ \"wamp\", \"metrics\" ]"), "WampRouter:Listeners:0:Path: is where metrics are served ('Serves')"),
        Case("LongPollPath_Slashes", Listener("\"Url\": \"http://127.0.0.1:0\", \"LongPollPath\": \"lp\""), "WampRouter:Listeners:0:LongPollPath: must begin with '/' and hold only letters, digits and '-', '.', '_', '~', '/', but no '//'"),
        Case("LongPollPath_Up", Listener("\"Url\": \"http://127.0.0.1:0\", \"LongPollPath\": \"/a/..\""), "WampRouter:Listeners:0:LongPollPath: must not hold '.' or '..' between slashes, which clients take out"),
        Case("LongPollPath_OfWebSocket", Listener("\"Url\": \"http://127.0.0.1:0\", \"LongPollPath\": \"/WS/\""), "WampRouter:Listeners:0:LongPollPath: must lie apart from '/ws', which is a 'Path': neither may be the other, or below it"),
        Case("LongPollPath_BelowWebSocket", Listener("\"Url\": \"http://127.0.0.1:0\", \"LongPollPath\": \"/ws/lp\""), "WampRouter:Listeners:0:LongPollPath: must lie apart from '/ws', which is a 'Path': neither may be the other, or below it"),
        Case("LongPollPath_AboveWebSocket", Listener("\"Url\": \"http://127.0.0.1:0\", \"Path\": \"/lp/open\""), "WampRouter:Listeners:0:LongPollPath: must lie apart from '/lp/open', which is a 'Path': neither may be the other, or below it"),
        Case("LongPollPath_OfAnotherListener", Router("\"Listeners\": [ { \"Url\": \"http://127.0.0.1:0\" }, { \"Url\": \"http://127.0.0.1:0\", \"Serves\": [ \"websocket\" ], \"Path\": \"/lp/open\" } ]"), "WampRouter:Listeners:0:LongPollPath: must lie apart from '/lp/open', which is a 'Path': neither may be the other, or below it"),
        Case("LongPollPath_Root", Listener("\"Url\": \"http://127.0.0.1:0\", \"Serves\": [ \"longpoll\" ], \"LongPollPath\": \"/\""), "WampRouter:Listeners:0:LongPollPath: must lie apart from '/': neither may be the other, or below it"),
        Case("LongPollPath_OfHealth", Listener("\"Url\": \"http://127.0.0.1:0\", \"LongPollPath\": \"/health\", \"Serves\": [ \"wamp\", \"health\" ]"), "WampRouter:Listeners:0:LongPollPath: must lie apart from '/health/live' ('Serves'): neither may be the other, or below it"),
        Case("Serves_LimitOfSessions", Router("\"Listeners\": [ { \"Url\": \"http://127.0.0.1:0\" }, { \"Url\": \"http://127.0.0.1:0\", \"Serves\": [ \"health\" ], \"IdleTimeout\": \"00:01:00\" } ]"), "WampRouter:Listeners:1:IdleTimeout: limits sessions, and this listener does not serve 'wamp'"),
        Case("Empty_Listeners", Router("\"Listeners\": [ ]"), "appsettings.json:1:19: $.WampRouter.Listeners: names no listener; leave it out to listen at http://127.0.0.1:8080"),
        Case("Empty_ListenersObject", Router("\"Listeners\": { }"), "$.WampRouter.Listeners: must be a list: write [ … ], also for a single one"),
        Case("Empty_Listener", Router("\"Listeners\": [ { } ]"), "$.WampRouter.Listeners[0]: must not be empty"),
        Case("Empty_Origins", Router("\"Transports\": { \"AllowedOrigins\": \"\" }"), "$.WampRouter.Transports.AllowedOrigins: must be a list: write [ … ], also for a single one"),
        Case("Empty_Object", Router("\"DataDirectory\": { }"), "$.WampRouter.DataDirectory: must be a value, not an object {…}"),
        Case("Empty_ObjectUnknown", Router("\"Transport\": { }"), "$.WampRouter.Transport: there is no such setting; did you mean 'Transports'?"),
        Case("List_Section", "{ \"WampRouter\": [ ] }", "$.WampRouter: has settings of its own: write { … }"),
        Case("Text_Section", "{ \"WampRouter\": \"x\" }", "appsettings.json:1:3: WampRouter: has settings of its own: write { … }"),

        // Logging
        Case("Log_Null", Logging("\"LogLevel\": { \"Default\": null }"), "$.Logging.LogLevel.Default: must not be null; leave it out, and the default counts"),
        Case("Log_Text", "{ \"Logging\": \"x\" }", "appsettings.json:1:3: Logging: has settings of its own: write { … }"),
        Case("LogLevel_KnownNumber", Logging("\"LogLevel\": { \"Default\": 5 }"), "Logging:LogLevel:Default: must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None', not '5'"),
        Case("LogThreshold_Number", Logging("\"Console\": { \"LogToStandardErrorThreshold\": 3 }"), "Logging:Console:LogToStandardErrorThreshold: must be 'Trace' or 'Debug'"),
        Case("LogLevel", Logging("\"LogLevel\": { \"Default\": \"Verbose\" }"), "appsettings.json:1:30: Logging:LogLevel:Default: must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None', not 'Verbose'"),
        Case("LogLevel_Near", Logging("\"LogLevel\": { \"WampRouter\": \"Warn\" }"), "appsettings.json:1:30: Logging:LogLevel:WampRouter: must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None', not 'Warn'; did you mean 'Warning'?"),
        Case("LogLevel_Empty", Logging("\"LogLevel\": { \"Default\": \"\" }"), "appsettings.json:1:30: Logging:LogLevel:Default: must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None', not ''"),
        Case("LogLevel_Number", Logging("\"LogLevel\": { \"Default\": 9 }"), "appsettings.json:1:30: Logging:LogLevel:Default: must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None', not '9'"),
        Case("LogLevel_Text", Logging("\"LogLevel\": \"Debug\""), "appsettings.json:1:16: Logging:LogLevel: has settings of its own, one for each category: write { \"Default\": \"Information\" }"),
        Case("LogLevel_OfTheConsole", Logging("\"Console\": { \"LogLevel\": { \"Default\": \"All\" } }"), "appsettings.json:1:43: Logging:Console:LogLevel:Default: must be one of 'Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None', not 'All'"),
        Case("LogProvider", Logging("\"Consol\": { }, \"File\": { \"Path\": \"a.log\" }"), "appsettings.json:1:31: Logging:File: there is no such setting; the settings here are 'LogLevel', 'Console'"),
        Case("LogFormatter", Logging("\"Console\": { \"FormatterName\": \"jsn\" }"), "appsettings.json:1:29: Logging:Console:FormatterName: must be one of 'simple', 'systemd', 'json', not 'jsn'"),
        Case("LogFormatterOption", Logging("\"Console\": { \"FormatterOptions\": { \"Timestamp\": true } }"), "appsettings.json:1:51: Logging:Console:FormatterOptions:Timestamp: there is no such setting; did you mean 'TimestampFormat'?"),
        Case("LogTime", Logging("\"Console\": { \"FormatterOptions\": { \"TimestampFormat\": \"q\" } }"), "appsettings.json:1:51: Logging:Console:FormatterOptions:TimestampFormat: is no format of a time; one is 'yyyy-MM-dd HH:mm:ss '"),
        Case("LogQueue", Logging("\"Console\": { \"MaxQueueLength\": 0 }"), "appsettings.json:1:29: Logging:Console:MaxQueueLength: must be from 1 to 1000000, not 0"),
        Case("LogQueueMode", Logging("\"Console\": { \"QueueFullMode\": \"Block\" }"), "appsettings.json:1:29: Logging:Console:QueueFullMode: there is no such setting; the settings here are"),

        // Listeners
        Case("Path_Slashes", Listener("\"Url\": \"http://127.0.0.1:0\", \"Path\": \"/a//b\""), "appsettings.json:1:65: WampRouter:Listeners:0:Path: must begin with '/' and hold only letters, digits and '-', '.', '_', '~', '/', but no '//'"),
        Case("Url_Missing", Listener("\"Path\": \"/a\""), "appsettings.json:1:34: WampRouter:Listeners:0:Url: must be a URL such as 'http://127.0.0.1:8080'"),
        Case("Url_NoScheme", Listener("\"Url\": \"127.0.0.1:9999\""), "appsettings.json:1:36: WampRouter:Listeners:0:Url: lacks the scheme; write 'http://127.0.0.1:9999'"),
        Case("Url_PortTooHigh", Listener("\"Url\": \"http://127.0.0.1:99999\""), "appsettings.json:1:36: WampRouter:Listeners:0:Url: has a port that is too high: 65535 is the highest"),
        Case("Url_Overlapping", Router("\"Listeners\": [ { \"Url\": \"http://*:4711\" }, { \"Url\": \"http://127.0.0.1:4711\" } ]"), "appsettings.json:1:64: WampRouter:Listeners:1:Url: is the address of another listener"),
        Case("Url_LocalhostTwice", Router("\"Listeners\": [ { \"Url\": \"http://localhost:4711\" }, { \"Url\": \"http://[::1]:4711\" } ]"), "appsettings.json:1:72: WampRouter:Listeners:1:Url: is the address of another listener"),
        Case("Url_OtherMachine", Listener("\"Url\": \"http://192.0.2.1:0\""), "appsettings.json:1:36: WampRouter:Listeners:0:Url: cannot listen: this machine has no address 192.0.2.1"),
        Case("Certificate_Missing", Certificate("missing.pem"), "appsettings.json:1:83: WampRouter:Listeners:0:Certificate:Path: there is no file 'missing.pem' in /"),
        Case("Certificate_MissingBesideAKey", "{}", "argument --WampRouter:Listeners:0:Certificate:Path: there is no file 'missing.pem' in /", ["--WampRouter:Listeners:0:Url=https://127.0.0.1:0", "--WampRouter:Listeners:0:Certificate:Path=missing.pem", "--WampRouter:Listeners:0:Certificate:KeyPath=key.pem"]),
        Case("Certificate_Directory", Certificate("directory"), "WampRouter:Listeners:0:Certificate:Path: directory is a directory"),
        Case("Certificate_NoKey", Certificate("chain.pem"), "appsettings.json:1:66: WampRouter:Listeners:0:Certificate:KeyPath: is missing: chain.pem holds no private key; set KeyPath to the PEM file of the key"),
        Case("Certificate_Key", Certificate("key.pem"), "WampRouter:Listeners:0:Certificate:Path: key.pem is a private key; it belongs in 'KeyPath', and 'Path' names the certificate"),
        Case("Certificate_Text", Certificate("text.pfx"), "WampRouter:Listeners:0:Certificate:Path: text.pfx cannot be opened; if it has a password, set 'Password': "),
        Case("Certificate_ForClients", Certificate("client.pfx"), "client.pfx is not made for servers: its extended key usage lacks server authentication (1.3.6.1.5.5.7.3.1)"),
        Case("Path_Up", Listener("\"Url\": \"http://127.0.0.1:0\", \"Path\": \"/../x\""), "WampRouter:Listeners:0:Path: must not hold '.' or '..' between slashes, which clients take out"),

        // Directories
        Case("RealmsDirectory_Empty", Router("\"RealmsDirectory\": \"\""), "appsettings.json:1:19: WampRouter:RealmsDirectory: must name the directory of the realm files"),
        Case("RealmsDirectory_Missing", Router("\"RealmsDirectory\": \"nowhere\""), "nowhere: there is no such directory; it must hold one *.json file for each realm"),
        Case("RealmsDirectory_File", Router("\"RealmsDirectory\": \"text.pfx\""), "text.pfx: there is no such directory"),
        Case("DataDirectory_Empty", Router("\"DataDirectory\": \" \""), "appsettings.json:1:19: WampRouter:DataDirectory: must name the directory where durable event histories are kept"),
        Case("DataDirectory_File", Router("\"DataDirectory\": \"text.pfx\""), "appsettings.json:1:19: WampRouter:DataDirectory: event histories cannot be kept there: "),
        Case("DataDirectory_BelowAFile", Router("\"DataDirectory\": \"text.pfx/data\""), "appsettings.json:1:19: WampRouter:DataDirectory: event histories cannot be kept there: "),
        Case("DataDirectory_NotToBeMade", Router("\"DataDirectory\": \"/proc/data\""), "appsettings.json:1:19: WampRouter:DataDirectory: event histories cannot be kept there: this user cannot make a file in /proc"),
        Case("History_Directory", Router("\"DataDirectory\": \"directory\""), "history.db is a directory; it must be the file of the event histories"),
        Case("History_Text", Router("\"DataDirectory\": \"foreign\""), "history.db is not a file of event histories"),
        Case("History_OtherVersion", Router("\"DataDirectory\": \"newer\""), "history.db cannot be opened: it has the version 7, this router reads version 1"),
        Case("History_CutToHalf", Router("\"DataDirectory\": \"half\""), $"history.db is shorter than it says of itself, "),
        Case("History_TwoPagesOverwritten", Router("\"DataDirectory\": \"garbled\""), $"appsettings.json:1:19: WampRouter:DataDirectory: garbled/history.db cannot be opened: {DiskTrouble.Damaged}. ("),
        Case("History_CutThoughThereIsALog", Router("\"DataDirectory\": \"killed\""), $"appsettings.json:1:19: WampRouter:DataDirectory: killed/history.db cannot be opened: {DiskTrouble.Damaged}. ("),
        Case("History_LogIsADirectory", Router("\"DataDirectory\": \"wal\""), "appsettings.json:1:19: WampRouter:DataDirectory: wal/history.db-wal is a directory; it must be a file, which the router makes itself"),
        Case("History_IndexIsADirectory", Router("\"DataDirectory\": \"shm\""), "history.db-shm is a directory; it must be a file"),
        Case("History_LockIsADirectory", Router("\"DataDirectory\": \"lock\""), "history.db.lock is a directory; it must be a file"),
        Case("History_OwnerIsADirectory", Router("\"DataDirectory\": \"owner\""), "history.db.owner is a directory; it must be a file"),
    ];

    private RealmDirectory _directory = null!;

    [OneTimeSetUp]
    public void CreateFiles()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=router", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        using var certificate = request.CreateSelfSigned(now, now.AddYears(50));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        using var forClients = request.CreateSelfSigned(now, now.AddYears(50));
        _directory = new RealmDirectory()
            .With("chain.pem", certificate.ExportCertificatePem())
            .With("key.pem", key.ExportPkcs8PrivateKeyPem())
            .With("client.pfx", forClients.Export(X509ContentType.Pkcs12))
            .With("text.pfx", "no certificate");
        Directory.CreateDirectory(Path.Combine(_directory.Path, "realms"));
        _directory.With("realms/a.json", DurableRealm);
        Directory.CreateDirectory(Path.Combine(_directory.Path, "directory", "history.db"));
        Directory.CreateDirectory(Path.Combine(_directory.Path, "foreign"));
        _directory.With("foreign/history.db", new string('x', 200));
        Directory.CreateDirectory(Path.Combine(_directory.Path, "newer"));
        var header = new byte[512];
        Encoding.ASCII.GetBytes("SQLite format 3\0").CopyTo(header, 0);
        header[63] = 7;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(16), 512);
        header.AsSpan(18, 2).Fill(1);
        (header[21], header[22], header[23], header[47], header[59], header[100]) = (64, 32, 32, 4, 1, 13);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(105), 512);
        _directory.With("newer/history.db", header);
        CreateDamagedHistories();
    }

    private void CreateDamagedHistories()
    {
        byte[] whole;
        using (var histories = new SqliteHistories(Path.Combine(_directory.Path, "whole"), TimeProvider.System, NullLogger<SqliteHistories>.Instance))
        {
            var history = histories.Open("a", new HistorySettings { Uri = "com.a", Limit = 1_000, Store = HistoryStore.Sqlite });
            for (var i = 1UL; i <= 100; i++)
            {
                history.TryAppend(new EventDraft(i) { Arguments = new byte[1_000] }.ToEvent(DateTimeOffset.UnixEpoch), receipt: null);
            }
        }

        whole = File.ReadAllBytes(Path.Combine(_directory.Path, "whole", HistoryFile.Name));
        foreach (var name in new[] { "half", "garbled", "killed", "wal", "shm", "lock", "owner" })
        {
            Directory.CreateDirectory(Path.Combine(_directory.Path, name));
            _directory.With($"{name}/history.db", whole);
        }

        _directory.With("half/history.db", whole[..(whole.Length / 2)]).With("killed/history.db", whole[..(whole.Length / 2)]).With("killed/history.db-wal", new byte[4_096]);
        whole.AsSpan(8_192, 8_192).Fill(0xAA);
        _directory.With("garbled/history.db", whole);
        foreach (var path in new[] { "wal/history.db-wal", "shm/history.db-shm", "lock/history.db.lock", "owner/history.db.owner" })
        {
            Directory.CreateDirectory(Path.Combine(_directory.Path, path));
        }
    }

    [OneTimeTearDown]
    public void DeleteFiles() => _directory.Dispose();

    [TestCaseSource(nameof(Cases))]
    public async Task StartAndCheck_WrongConfiguration_SayTheSame(string file, string mistake, string[] arguments)
    {
        _directory.With("appsettings.json", file);
        var before = Files();

        var check = Check(arguments);
        var start = await StartAsync(arguments);

        Assert.Multiple(() =>
        {
            Assert.That(check.ExitCode, Is.EqualTo(1));
            Assert.That(start.ExitCode, Is.EqualTo(1));
            Assert.That(start.Lines, Has.Some.Contains(mistake));
            Assert.That(check.Lines.Skip(1), Is.EqualTo(start.Lines), "after the line that says what is read");
            Assert.That(Files(), Is.EqualTo(before), "nothing is made or left");
        });
    }

    [Test]
    public void Check_SuspiciousButRight_NotesWhatMayNotBeMeant()
    {
        using var working = new RealmDirectory().With("appsettings.json", """{ "AllowedHosts": "*" }""");
        _directory.With("appsettings.json", """{ "WampRouter": { "Listeners": [ { "Url": "http://*:0" } ] } }""");
        Directory.CreateDirectory(Path.Combine(working.Path, "config", "realms"));
        working.With("config/realms/open.json", """
            {
              "name": "open",
              "roles": [
                { "name": "all", "permissions": [ { "uri": "com.shop", "match": "prefix", "allow": { "publish": true } } ] },
                { "name": "nobody" }
              ],
              "authentication": { "anonymous": { "role": "all" } }
            }
            """);
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var console = Console(output, error) with { Environment = [new("ASPNETCORE_URLS", "http://*:5000")] };

        Assert.That(new RouterCommands(console, _directory.Path, working.Path).TryRun(["check-config"], out _, out var exitCode), Is.True);

        Assert.That(exitCode, Is.Zero);
        Assert.That(output.ToString(), Is.EqualTo("config/realms/open.json: realm 'open' is right\n"));
        Assert.That(Lines(error)[1..].Where(line => !line.StartsWith("Memory:", StringComparison.Ordinal)), Is.EqualTo(new[]
        {
            $"appsettings.json: note: has no section 'WampRouter', so it is taken for another application's; settings are read from {_directory.Path}/appsettings.json (--settings FILE names another file)",
            "config/realms/open.json:4:48: $.roles[0].permissions[0].uri: note: also matches URIs that go on without a dot, such as 'com.shop2'; what is below it begins with 'com.shop.'",
            "config/realms/open.json:5:15: $.roles[1].name: note: nobody has this role: no user, and no anonymous session",
            "environment variable ASPNETCORE_URLS: note: is not read; where the router listens is said by WampRouter__Listeners__0__Url, or --port for the port alone",
            "config/realms/open.json: $.authentication.anonymous: note: whoever reaches http://*:0 may publish in realm 'open' without a login; if that is not meant, set \"loopbackOnly\", or allow the role 'all' less",
        }));
    }

    [Test]
    public async Task StartAndCheck_PortInUse_StartDoesNotAndCheckSaysWhy()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        _directory.With("appsettings.json", Listener($"\"Url\": \"http://127.0.0.1:{port}\""));

        await AssertIsTakenAsync($"appsettings.json:1:36: WampRouter:Listeners:0:Url: cannot listen: port {port} of 127.0.0.1 is in use by another process; take another, such as --WampRouter:Listeners:0:Url http://127.0.0.1:9000");
    }

    [Test]
    public async Task StartAndCheck_PortOfASecondListenerInUse_NamesItsSetting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        _directory.With("appsettings.json", $$"""{ "WampRouter": { "Listeners": [ { "Url": "http://127.0.0.1:0" }, { "Url": "http://127.0.0.1:{{port}}" } ] } }""");

        await AssertIsTakenAsync($"appsettings.json:1:69: WampRouter:Listeners:1:Url: cannot listen: port {port} of 127.0.0.1 is in use by another process; take another, such as --WampRouter:Listeners:1:Url http://127.0.0.1:9000");
    }

    [TestCase("\"Certificat\": { \"Path\": \"a.pem\" }", "appsettings.json:1:74: WampRouter:Listeners:0:Certificat:Path: there is no such setting; did you mean 'Certificate'?")]
    [TestCase("\"Certificate\": { \"Pth\": \"a.pem\" }", "appsettings.json:1:75: WampRouter:Listeners:0:Certificate:Pth: there is no such setting; did you mean 'Path'?")]
    public void Check_KeyOfAListenerIsMisspelt_NothingIsSaidOfWhatItLacksByThat(string certificate, string mistake)
    {
        _directory.With("appsettings.json", Listener($"\"Url\": \"https://*:0\", {certificate}"));

        var (exitCode, lines) = Check([]);

        Assert.That((exitCode, string.Join('\n', lines[1..])), Is.EqualTo((1, $"{mistake}\n1 mistake in the configuration.")));
    }

    [TestCase(-1, "has expired")]
    [TestCase(0, null)]
    public void Check_CertificateIsOutOfDate_SaysSo(int validForDays, string? note)
    {
        ListenerRig.WriteCertificate(_directory.Path, "late", TimeSpan.FromDays(validForDays == 0 ? 1 : validForDays));
        _directory.With("appsettings.json", """{ "WampRouter": { "Listeners": [ { "Url": "https://127.0.0.1:0", "Certificate": { "Path": "certificate.pem", "KeyPath": "key.pem" } } ] } }""");

        var (exitCode, lines) = Check([]);

        Assert.That(exitCode, Is.Zero, "it can be served, and some clients do not look");
        Assert.That(lines.Where(line => line.Contains("Certificate:Path: note: ", StringComparison.Ordinal)), note is null ? Is.Empty : Has.One.Contains("CN=late").And.One.Contains(note));
    }

    [Test]
    public async Task StartAndCheck_HistoryInUse_StartDoesNotAndCheckSaysWhose()
    {
        var data = Directory.CreateDirectory(Path.Combine(_directory.Path, "used")).FullName;
        using var other = HistoryLock.Take(data, TimeProvider.System);
        _directory.With("appsettings.json", """{ "WampRouter": { "DataDirectory": "used", "Listeners": [ { "Url": "http://127.0.0.1:0" } ] } }""");

        await AssertIsTakenAsync($"appsettings.json:1:19: WampRouter:DataDirectory: used/history.db is in use by another router (process {Environment.ProcessId} on {Environment.MachineName} since ");
    }

    [Test]
    public void Explain_HistoryDamagedAfterTheLookAtIt_IsAMistakeOfTheDataDirectory()
    {
        _directory.With("appsettings.json", Router("\"DataDirectory\": \"whole\""));
        var configuration = StandAloneConfiguration.Load(_directory.Path, _directory.Path, StartArguments.None, []);

        Assert.That(
            configuration.Explain(new EventHistoryException("The event history cannot be opened.", new IOException("No disk."))).ToString(),
            Does.EndWith("appsettings.json:1:19: WampRouter:DataDirectory: The event history cannot be opened. (No disk.)"));
    }

    [Test]
    public void Check_EverythingRight_ChangesNothing()
    {
        _directory.With("appsettings.json", """{ "WampRouter": { "DataDirectory": "new/deep", "Listeners": [ { "Url": "http://localhost:4711" }, { "Url": "http://*:0" } ] } }""");
        var before = Files();

        var (exitCode, lines) = Check([]);

        Assert.That(exitCode, Is.Zero, string.Join('\n', lines));
        Assert.That(Files(), Is.EqualTo(before));
    }

    private async Task AssertIsTakenAsync(string line)
    {
        var check = Check([]);
        var start = await StartAsync([]);

        Assert.That(start.ExitCode, Is.EqualTo(1));
        Assert.That(start.Lines.Single(), Does.StartWith(line));
        Assert.That(check.ExitCode, Is.Zero, "a router that runs does not make its configuration wrong");
        Assert.That(check.Lines[1..3], Is.EqualTo(new[] { "In use already, which is no mistake if it is by this very router, running; a second one would not start:", start.Lines[0] }));
    }

    private (int ExitCode, string[] Lines) Check(string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var commands = new RouterCommands(Console(output, error), _directory.Path, _directory.Path);
        Assert.That(commands.TryRun(["check-config", .. WithRealms(arguments)], out _, out var exitCode), Is.True);
        return (exitCode, Lines(error));
    }

    private async Task<(int ExitCode, string[] Lines)> StartAsync(string[] arguments)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var console = Console(output, error);
        Assert.That(new RouterCommands(console, _directory.Path, _directory.Path).TryRun(WithRealms(arguments), out var parsed, out _), Is.False);
        using var reloads = new ReloadSignal();
        var exitCode = await new StandAloneRouter(console, _directory.Path, _directory.Path, reloads).RunAsync(parsed!).Soon();
        Assert.That(output.ToString(), Is.Empty);
        return (exitCode, Lines(error));
    }

    private static CommandConsole Console(StringWriter output, StringWriter error) =>
        new(() => Stream.Null, output, error, null, []);

    private string[] WithRealms(string[] arguments) =>
        File.ReadAllText(Path.Combine(_directory.Path, "appsettings.json")).Contains("RealmsDirectory", StringComparison.Ordinal) ? arguments : [.. arguments, "--WampRouter:RealmsDirectory=realms"];

    private string[] Files() =>
    [
        .. Directory.EnumerateFileSystemEntries(_directory.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(path => $"{path} {(File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "")}"),
    ];

    private static string[] Lines(StringWriter writer) => writer.ToString().TrimEnd('\n').Split('\n');

    private static string Router(string members) => $"{{ \"WampRouter\": {{ {members} }} }}";

    private static string Logging(string members) => $"{{ \"Logging\": {{ {members} }} }}";

    private static string Listener(string members) => Router($"\"Listeners\": [ {{ {members} }} ]");

    private static string Certificate(string path) => Listener($"\"Url\": \"https://127.0.0.1:0\", \"Certificate\": {{ \"Path\": \"{path}\" }}");

    private static TestCaseData Case(string name, string file, string mistake, string[]? arguments = null) => new TestCaseData(file, mistake, arguments ?? []).SetName("{m}_" + name);
}
