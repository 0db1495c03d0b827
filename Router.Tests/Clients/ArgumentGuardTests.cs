using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>What must not be left out is refused where it is left out, not by an exception from somewhere inside.</summary>
internal sealed class ArgumentGuardTests
{
    private static readonly WampClient Nobody = null!;

    private static readonly WampClient Client = new(new Uri("ws://localhost:1/ws"), "realm1");

    private static IEnumerable<TestCaseData> Calls()
    {
        TestCaseData[] withoutClient =
        [
            Without("client", () => Nobody.RegisterAsync("com.p", () => 1), "Func0"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a) => a), "Func1"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a, int b) => a + b), "Func2"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a, int b, int c) => a + b + c), "Func3"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a, int b, int c, int d) => a + b + c + d), "Func4"),
            Without("client", () => Nobody.RegisterAsync("com.p", () => Task.FromResult(1)), "Task0"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a) => Task.FromResult(a)), "Task1"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a, int b) => Task.FromResult(a + b)), "Task2"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a, int b, int c) => Task.FromResult(a + b + c)), "Task3"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int a, int b, int c, int d) => Task.FromResult(a + b + c + d)), "Task4"),
            Without("client", () => Nobody.RegisterAsync("com.p", () => { }), "Action0"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int _) => { }), "Action1"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int _, int _) => { }), "Action2"),
            Without("client", () => Nobody.RegisterAsync("com.p", (int _, int _, int _) => { }), "Action3"),
            Without("client", () => Nobody.SubscribeAsync("com.t", (int _) => { }), "subscribe Action"),
            Without("client", () => Nobody.SubscribeAsync("com.t", (int _) => Task.CompletedTask), "subscribe Task"),
            Without("client", () => Nobody.GetEventsAsync("com.t"), "history"),
            Without("client", () => Nobody.AddTestamentAsync("com.t"), "testament"),
        ];
        TestCaseData[] withoutHandler =
        [
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int>)null!), "Func0"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int>)null!), "Func1"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int, int>)null!), "Func2"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int, int, int>)null!), "Func3"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int, int, int, int>)null!), "Func4"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<Task<int>>)null!), "Task0"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, Task<int>>)null!), "Task1"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int, Task<int>>)null!), "Task2"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int, int, Task<int>>)null!), "Task3"),
            Without("handler", () => Client.RegisterAsync("com.p", (Func<int, int, int, int, Task<int>>)null!), "Task4"),
            Without("handler", () => Client.RegisterAsync("com.p", (Action)null!), "Action0"),
            Without("handler", () => Client.RegisterAsync("com.p", (Action<int>)null!), "Action1"),
            Without("handler", () => Client.RegisterAsync("com.p", (Action<int, int>)null!), "Action2"),
            Without("handler", () => Client.RegisterAsync("com.p", (Action<int, int, int>)null!), "Action3"),
            Without("handler", () => Client.SubscribeAsync("com.t", (Action<int>)null!), "subscribe Action"),
            Without("handler", () => Client.SubscribeAsync("com.t", (Func<int, Task>)null!), "subscribe Task"),
        ];
        return [.. withoutClient, .. withoutHandler];
    }

    [OneTimeTearDown]
    public async Task DisposeAsync() => await Client.DisposeAsync();

    [TestCaseSource(nameof(Calls))]
    public void Call_SomethingIsNull_SaysWhich(string name, Func<Task> call) =>
        Assert.That(call, Throws.ArgumentNullException.With.Property("ParamName").EqualTo(name));

    [Test]
    public void Ticket_UserOrTicketLeftOut_IsRefused()
    {
        Assert.That(() => WampAuthentication.Ticket("", "secret"), Throws.ArgumentException.With.Property("ParamName").EqualTo("authId"));
        Assert.That(() => WampAuthentication.Ticket("joe", ""), Throws.ArgumentException.With.Property("ParamName").EqualTo("ticket"));
        Assert.That(() => WampAuthentication.Ticket("joe", (Func<CancellationToken, ValueTask<string>>)null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("ticket"));
    }

    [Test]
    public void Bearer_TokenLeftOut_IsRefused()
    {
        Assert.That(() => WampAuthentication.Bearer(""), Throws.ArgumentException.With.Property("ParamName").EqualTo("token"));
        Assert.That(() => WampAuthentication.Bearer("wamp_\ud800"), Throws.ArgumentException.With.Property("ParamName").EqualTo("token"));
        Assert.That(() => WampAuthentication.Bearer((Func<CancellationToken, ValueTask<string>>)null!), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("token"));
    }

    private static TestCaseData Without(string name, Func<Task> call, string what) => new TestCaseData(name, call).SetArgDisplayNames(name, what);
}
