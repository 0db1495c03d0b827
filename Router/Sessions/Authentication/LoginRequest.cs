using WampRouter.Sessions.Connections;
using WampRouter.Sessions.Hello;

namespace WampRouter.Sessions.Authentication;

/// <summary>One login, as its authentication methods see it, from HELLO on. Any thread.</summary>
/// <param name="session">The id that the session will have. It is settled before the first CHALLENGE, so that a method can bind its proof to it.</param>
/// <param name="hello">What the client asks for.</param>
/// <param name="connection">How the client reached the router.</param>
internal sealed class LoginRequest(ulong session, HelloRequest hello, ConnectionDetails connection)
{
    private volatile bool _isLate;

    /// <summary>The id that the session will have.</summary>
    public ulong Session { get; } = session;

    /// <summary>What the client asks for.</summary>
    public HelloRequest Hello { get; } = hello;

    /// <summary>How the client reached the router.</summary>
    public ConnectionDetails Connection { get; } = connection;

    /// <summary>The name of the method that decides now, or was the last one to do so; null before the first.</summary>
    public string? Method { get; set; }

    /// <summary>Whether the login was given up because its time was over (<see cref="WampSessionOptions.HelloTimeout"/>), and not because the client is gone. Set before the token is cancelled.</summary>
    public bool IsLate
    {
        get => _isLate;
        set => _isLate = value;
    }
}
