namespace WampRouter.Transports;

/// <summary>
/// The limits every transport obeys. Bound from the configuration section <see cref="SectionName"/>; a bad or unknown key stops the process
/// at its start. They change while the router runs: docs/configuration.md says which of them hold at once, and which for those who connect from then on.
/// </summary>
public sealed class TransportOptions
{
    /// <summary>Where the host's configuration keeps these.</summary>
    public const string SectionName = "WampRouter:Transports";

    /// <summary>
    /// The largest WAMP message a peer may send, 1 KiB to 16 MiB. Peers are told it in WELCOME.Details, as <c>_max_message_bytes</c>; a larger message is
    /// answered with <c>wamp.error.payload_size_exceeded</c>.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// Up to where a message that is too large is read past, without being kept, so that it can be answered and costs nobody the session: at least
    /// <see cref="MaxMessageBytes"/>, up to 1 GiB. A still larger one ends the connection (WebSocket close code 1009), as does any that is too large before
    /// the login.
    /// </summary>
    public int MaxOversizeBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// The largest message of a peer that has not logged in, 1 KiB to 16 MiB, and never more than <see cref="MaxMessageBytes"/>: its HELLO and AUTHENTICATE. A larger one
    /// ends the connection (WebSocket close code 1009).
    /// </summary>
    public int MaxMessageBytesBeforeLogin { get; set; } = 64 * 1024;

    /// <summary>
    /// How much all messages together may hold that have begun to come and not ended, at least four times <see cref="MaxMessageBytes"/>; each connection has 16 KiB of its own
    /// beside it. Once half is used, nobody may hold more than a part of what is left: who asks for more ends with WebSocket close code 1013 (try again later). Null: an eighth of the memory the process may use.
    /// </summary>
    public long? InboundTotalBytes { get; set; }

    /// <summary>How long a message may take from its first byte to its last. Time in which the router itself does not read is not counted.</summary>
    public TimeSpan MessageTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How much may wait for one peer that does not keep up, at least 64 KiB; what happens beyond is the realm's overflow policy.</summary>
    public int OutboxBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>How much may wait for all peers together; each has 16 KiB of its own beside it, and once half is used nobody may hold more than a part of what is left. Null: a quarter of the memory the process may use.</summary>
    public long? OutboxTotalBytes { get; set; }

    /// <summary>How long a peer may take nothing of what waits for it, even if it pings. A large backlog is given longer.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many messages a session may send in a second, where its role says nothing else. Beyond it, as beyond the three that follow, the router reads later, which the sender feels. Null: no limit.
    /// </summary>
    public int? MaxMessagesPerSecond { get; set; }

    /// <summary>How many bytes; at least 1 KiB.</summary>
    public long? MaxBytesPerSecond { get; set; }

    /// <summary>How many messages all sessions of one address may send in a second, and how many bytes.</summary>
    public int? MaxMessagesPerSecondPerAddress { get; set; }

    /// <summary>How many bytes all of them.</summary>
    public long? MaxBytesPerSecondPerAddress { get; set; }

    /// <summary>What may come at once after a quiet time: as much as in so long a time.</summary>
    public TimeSpan RateBurst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a peer is pinged.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a pinged peer may stay silent before the connection is given up.</summary>
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a long-poll client's request for messages waits before it is answered with none, so that nobody on the way cuts it off: longer than this proxies must wait, and the client. Precise to a second; Autobahn|JS waits for 12.
    /// </summary>
    public TimeSpan LongPollWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a long-poll client may be without a request for messages before it is given up.</summary>
    public TimeSpan LongPollTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many requests to send may be under way at once through one long-poll transport; they are taken one after the other. Beyond it they are answered with 429.</summary>
    public int LongPollMaxSends { get; set; } = 1000;

    /// <summary>How long the session of somebody who calls or publishes over plain HTTP stays after his last request, so that the next one need not log in again.</summary>
    public TimeSpan HttpSessionIdle { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many bytes of events are held for a client of server-sent events, or one that polls, while it is told what it has missed. Beyond it they come from the event history, or the client is told of a gap.</summary>
    public int HttpHeldBytes { get; set; } = 1024 * 1024;

    /// <summary>How long an orderly close may take before the connection is dropped.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a new connection has to say what it wants: its request head must be complete by then.</summary>
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many connections may be open at once, those of the HTTP side included. Beyond it handshakes are answered with 503. Null: as many as the process may open files, less what it needs
    /// for itself and for <see cref="MaxHandshakes"/>.
    /// </summary>
    public int? MaxConnections { get; set; }

    /// <summary>
    /// The same of one address (an IPv4 address, or the /64 of an IPv6 address); beyond it handshakes are answered with 429. Null: a quarter of <see cref="MaxConnections"/>, and any number
    /// from this machine.
    /// </summary>
    public int? MaxConnectionsPerAddress { get; set; }

    /// <summary>
    /// How many connections may be there that have not said yet what they want, a quarter of them from one address. Beyond it they are answered with 503 or 429. Null: a sixteenth of the files
    /// that the process may open, at most 4,096.
    /// </summary>
    public int? MaxHandshakes { get; set; }

    /// <summary>How many sessions may begin in a second, ten times as many after a quiet time; beyond it handshakes are answered with 503. Null: no limit.</summary>
    public int? JoinsPerSecond { get; set; }

    /// <summary>The same of one address; beyond it handshakes are answered with 429. Null: 100, and any number from this machine.</summary>
    public int? JoinsPerSecondPerAddress { get; set; }

    /// <summary>
    /// Web pages that may connect besides those served from the router's own host: origins such as <c>https://app.example.com</c>, <c>https://*.example.com</c> for
    /// every host below one, <c>file://</c> and <c>null</c> for pages from files, or <c>*</c> for every page. Clients that are no browsers send no Origin and are not concerned.
    /// </summary>
    public string[] AllowedOrigins { get; set; } = [];

    /// <summary>
    /// Whether a listener on a loopback address takes the pages of all servers on this machine, whatever their port, as a page under development needs it. False: only
    /// those of its own port.
    /// </summary>
    public bool AllowLoopbackOrigins { get; set; } = true;

    /// <summary>Whether WebSocket messages are compressed, and what that may cost.</summary>
    public CompressionOptions Compression { get; set; } = new();

    /// <summary>The longest of the times here.</summary>
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>The lowest limit of bytes in a second.</summary>
    internal const int LeastBytesPerSecond = 1024;

    /// <summary>Two messages of the largest size, in buffers that have just grown.</summary>
    internal static long LeastInboundTotal(TransportOptions options) => 4L * options.MaxMessageBytes;
}
