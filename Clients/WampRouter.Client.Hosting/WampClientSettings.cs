namespace WampRouter.Client.Hosting;

/// <summary>
/// What an application's configuration says of a client. Checked as a whole when the host starts: one start shows every mistake, each with its key. An unknown key is a mistake too, and so is a value that cannot be read.
/// </summary>
public sealed class WampClientSettings
{
    /// <summary>The router's address, such as <c>wss://example.com/ws</c>, or for RawSocket <c>tcp://example.com:8080</c> or <c>unix:/run/wamprouter.sock</c>. Needed, unless <see cref="WampClientBuilder.UseTransport"/> says how to reach the router.</summary>
    public string? Url { get; set; }

    /// <summary>The realm to join. Needed.</summary>
    public string? Realm { get; set; }

    /// <summary>The user to log in as, together with <see cref="Ticket"/> or <see cref="Secret"/>. Default: anonymous, or whoever the <see cref="Token"/> says.</summary>
    public string? AuthId { get; set; }

    /// <summary>The user's ticket. A real one belongs into a secret store or the environment, not into a file that is checked in.</summary>
    public string? Ticket { get; set; }

    /// <summary>
    /// The user's secret, or the password that it is derived from, for WAMP-CRA (<c>wampcra</c>): it stays with the client, which signs a challenge of the router. In the place of
    /// <see cref="Ticket"/>. A real one belongs into a secret store or the environment.
    /// </summary>
    public string? Secret { get; set; }

    /// <summary>
    /// A bearer token (<c>bearer</c>), which alone says who the client is: in the place of <see cref="AuthId"/> and what goes with it. A real one belongs into a secret store or the environment.
    /// </summary>
    public string? Token { get; set; }

    /// <summary>The most rounds of PBKDF2 that a router may ask for to derive <see cref="Secret"/> from a password. Default 1,000,000.</summary>
    public int MaxSecretIterations { get; set; } = WampAuthentication.UsualMaxIterations;

    /// <summary>Which serializers to offer, the preferred one first. Default: those of <see cref="WampClientOptions.Serializers"/>.</summary>
    public IList<WampSerializer> Serializers { get; } = [];

    /// <summary>
    /// Whether to send what is ready in one WebSocket message (<see cref="WampWebSocketTransport.Batched"/>). Default <see langword="false"/>. To be left out where
    /// <see cref="WampClientBuilder.UseTransport"/> makes the transport, which says so itself.
    /// </summary>
    public bool Batched { get; set; }

    /// <summary>
    /// Whether the host's start waits until the client is connected and all it offers is registered. Default <see langword="false"/>: the application starts without the router,
    /// and requests wait for it.
    /// </summary>
    public bool WaitForConnection { get; set; }

    /// <summary>What requests do while there is no session. Default: wait.</summary>
    public WampDisconnectedBehavior WhenDisconnected { get; set; } = WampDisconnectedBehavior.Wait;

    /// <summary>How to come back after a lost session.</summary>
    public WampReconnectSettings Reconnect { get; } = new();

    /// <summary>Whether the router is asked to keep the session while its connection is lost (<see cref="WampClientOptions.Resumption"/>). Default <see langword="false"/>.</summary>
    public bool Resume { get; set; }

    /// <summary>How many bytes of the messages sent last to keep for that, 1024 at least. Default 4 MiB.</summary>
    public int ResumeKeptBytes { get; set; } = new WampResumption().MaxKeptBytes;

    /// <summary>How long connecting and joining may take together, up to 49 days. Default 15 s.</summary>
    public TimeSpan JoinTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a graceful close waits for the router's GOODBYE, up to 49 days. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that may wait to be sent, 1024 at least; beyond it senders wait. Default 4 MiB.</summary>
    public int MaxUnsentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Whether callers learn the message of an exception that is no <see cref="WampException"/>. Default <see langword="false"/>.</summary>
    public bool SendExceptionMessages { get; set; }
}

/// <summary>How a client comes back after a lost session, and whether it waits for a router that is not there yet.</summary>
public sealed class WampReconnectSettings
{
    /// <summary>Whether it comes back. Default <see langword="true"/>.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether the first connection is tried again as well, for a service that may start before its router. Default <see langword="true"/>. Refusals: <see cref="WhenRefused"/>.</summary>
    public bool RetryFirstConnect { get; set; } = true;

    /// <summary>
    /// What to do when the client is refused, because the realm or the user does not exist, the ticket is wrong or no WAMP router is at the address
    /// (<see cref="WampConnectionException.IsRefusal"/>). Default: at the first connect the application stops and says why; after a lost session it is tried again, because a router that
    /// is being changed may not know a realm for a moment. With <see cref="WampRefusedBehavior.GiveUp"/> the client is closed then, which the health check tells.
    /// </summary>
    public WampRefusedBehavior WhenRefused { get; set; }

    /// <summary>The wait before the first attempt. Default 200 ms.</summary>
    public TimeSpan InitialDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait, up to 49 days. Default 30 s.</summary>
    public TimeSpan MaxDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>After how many failed attempts in a row to give up. Default: never.</summary>
    public int MaxAttempts { get; set; } = int.MaxValue;
}
