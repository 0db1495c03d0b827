using WampRouter.Client;

namespace WampRouter.Tests.EndToEnd.LoggingIn;

/// <summary>What docs/clients.md shows of the .NET client.</summary>
internal static class LoggingInSnippets
{
    public static async Task<string> TicketAsync(string[] args)
    {
        var console = Console.Begin();
        var router = new Uri(args is [var address] ? address : "ws://127.0.0.1:8080/ws");

        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(router),
            Realm = "shop",
            Authentication = WampAuthentication.Ticket("web", "web-demo-ticket"),
        });
        await client.ConnectAsync();
        Console.WriteLine($"{client.Session!.AuthId} is in as {client.Session.AuthRole} by {client.Session.AuthMethod}");
        Console.WriteLine(await client.CallAsync<int>("com.shop.stock", ["tea"]));
        await client.PublishAcknowledgedAsync("com.shop.sold", ["tea"]);
        return console.ToString();
    }

    public static async Task<string> WampCraAsync(Uri router)
    {
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(router),
            Realm = "shop",
            Authentication = WampAuthentication.WampCra("alice", "alice-demo-password"),
        });
        await client.ConnectAsync();
        return Describe(client);
    }

    public static async Task<string> PlainWampCraAsync(Uri router)
    {
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(router),
            Realm = "shop",
            Authentication = WampAuthentication.WampCra("gate", "gate-demo-secret"),
        });
        await client.ConnectAsync();
        return Describe(client);
    }

    public static async Task<string> BearerAsync(Uri router)
    {
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(router),
            Realm = "shop",
            Authentication = WampAuthentication.Bearer("wamp_H5PBBOajlmDpOMYfDAjQWHkKk6Lyp3bUm6FFs06cGbk"),
        });
        await client.ConnectAsync();
        return Describe(client);
    }

    public static async Task<string> AnsweringAsync(Uri router)
    {
        await using var client = new WampClient(new WampClientOptions
        {
            Transport = new WampWebSocketTransport(router),
            Realm = "shop",
            Authentication = WampAuthentication.Answering("password-and-code", "ada", AnswerAsync),
        });
        await client.ConnectAsync();

        static ValueTask<WampChallengeResponse> AnswerAsync(WampChallenge challenge, CancellationToken cancellationToken)
        {
            if (!challenge.Extra.TryGet<string>("ask", out var ask))
            {
                throw new WampException(WampErrorUri.ProtocolViolation, "CHALLENGE does not say what it asks for");
            }

            return ValueTask.FromResult(new WampChallengeResponse(ask == "code" ? "123456" : "s3cret"));
        }

        return Describe(client);
    }

    private static string Describe(WampClient client) => $"{client.Session!.AuthId} is in as {client.Session.AuthRole} by {client.Session.AuthMethod}";

    /// <summary>The console of one test.</summary>
    private static class Console
    {
        private static readonly AsyncLocal<StringWriter> Written = new();

        public static StringWriter Begin() => Written.Value = new StringWriter { NewLine = "\n" };

        public static void WriteLine(object? value) => Written.Value!.WriteLine(value);
    }
}
