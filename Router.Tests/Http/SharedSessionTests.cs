using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using WampRouter.Client;
using WampRouter.Http;
using WampRouter.Tests.Doubles;
using WampRouter.Transports.Admission;

namespace WampRouter.Tests.Http;

/// <summary>Sessions that several requests use: who gets which, and that none is left behind.</summary>
internal sealed class SharedSessionTests
{
    private static readonly HttpVisitorKey Key = new("realm1", null!, IPAddress.Loopback, false, false, "somebody");

    [Test]
    public async Task Session_EndedWhileNobodyUsedIt_IsLeftWhenTheNextOneComes()
    {
        using var sessions = new SharedSessions(new ManualTime(), static () => TimeSpan.FromMinutes(1));
        var first = await ScriptedSession.JoinAsync();
        (await sessions.BorrowAsync(Key, () => JoinedAsync(first), CancellationToken.None)).Lease!.Dispose();
        await first.Router.SendAsync("""[6,{},"wamp.close.killed"]""");
        await first.Router.ReceiveAsync();
        await Waiting.UntilAsync(() => first.Session.End is not null);
        var second = await ScriptedSession.JoinAsync();

        var (lease, _) = await sessions.BorrowAsync(Key, () => JoinedAsync(second), CancellationToken.None);

        Assert.That(lease!.Session, Is.SameAs(second.Session));
        while (await first.Router.TryReceiveAsync() is not null)
        {
            // It says goodbye once more, to nobody.
        }
    }

    [Test]
    public async Task Borrow_NobodyWaitsAnyMore_TheSessionIsKeptForTheNext()
    {
        using var sessions = new SharedSessions(new ManualTime(), static () => TimeSpan.FromMinutes(1));
        var (joining, joins) = (new TaskCompletionSource<(HttpSession?, Problem?)>(), 0);
        using var going = new CancellationTokenSource();
        var first = sessions.BorrowAsync(Key, JoinAsync, going.Token);
        await going.CancelAsync();
        Assert.CatchAsync<OperationCanceledException>(() => first);
        var second = sessions.BorrowAsync(Key, JoinAsync, CancellationToken.None);

        joining.SetResult(((await ScriptedSession.JoinAsync()).Session, null));

        Assert.That((await second.Soon()).Lease, Is.Not.Null);
        Assert.That(joins, Is.EqualTo(1));

        Task<(HttpSession?, Problem?)> JoinAsync()
        {
            joins++;
            return joining.Task;
        }
    }

    [Test]
    public async Task Join_Fails_TheNextOneTriesAgain()
    {
        using var sessions = new SharedSessions(new ManualTime(), static () => TimeSpan.FromMinutes(1));
        var (lease, problem) = await sessions.BorrowAsync(Key, static () => Task.FromResult(((HttpSession?)null, (Problem?)new Problem(StatusCodes.Status503ServiceUnavailable, "full"))), CancellationToken.None);
        var session = await ScriptedSession.JoinAsync();

        var (next, _) = await sessions.BorrowAsync(Key, () => JoinedAsync(session), CancellationToken.None);

        Assert.That((lease, problem!.Detail, next!.Session), Is.EqualTo(((SessionLease?)null, "full", session.Session)));
    }

    [Test]
    public void Key_UsersWhomTheApplicationKnowsInAnotherWay_ShareNothing()
    {
        var (byCookie, byToken) = (KeyOf("cookie"), KeyOf("token"));

        Assert.That(byCookie, Is.Not.EqualTo(byToken));
        Assert.That(byCookie, Is.EqualTo(KeyOf("cookie")));

        static HttpVisitorKey KeyOf(string type) => new HttpVisit(
            "realm1", HttpCredentials.None, new VisitorRequest { User = new ClaimsPrincipal(new ClaimsIdentity([], type)) }, null!, null, "").Key(readsCookies: false);
    }

    /// <summary>Requests of all kinds from several visitors, some of whom go before they have an answer, while sessions are killed.</summary>
    [Test]
    public async Task Requests_OfAllKindsAndCutOff_LeaveNoSessionBehind([Random(1)] int seed)
    {
        const int Requests = 1_500;
        const int AtOnce = 16;
        await using var rig = await HttpRig.StartAsync(configure: static options => options.HttpSessionIdle = options.LongPollTimeout = TimeSpan.FromMilliseconds(500));
        var watcher = await rig.JoinAsync(HttpRig.Secured, HttpRig.Staff);
        var before = rig.Roster.Count;
        var left = Requests;

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(number => SendAsync(new Random(seed + number))));

        rig.Http.Dispose();     // its connections count as well
        await Waiting.UntilAsync(() => rig.Roster.Count == before);
        Assert.That(await watcher.CallAsync<int>("wamp.session.count").Soon(), Is.EqualTo(1));

        async Task SendAsync(Random random)
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                using var going = new CancellationTokenSource();
                var user = random.Next(2) == 0 ? HttpRig.Staff : HttpRig.Reader;
                var (method, path, body) = random.Next(6) switch
                {
                    0 => (HttpMethod.Post, "publish", """{"topic":"com.public.news"}"""),
                    1 => (HttpMethod.Post, "call", """{"procedure":"wamp.session.count"}"""),
                    2 => (HttpMethod.Post, "call", """{"procedure":"com.public.missing","options":{"receive_progress":true}}"""),
                    3 => (HttpMethod.Get, "events?topic=com.public.news", null),
                    4 => (HttpMethod.Get, "poll?topic=com.public.news&wait=0.01", null),
                    _ => (HttpMethod.Post, "publish", (string?)"{"),
                };
                try
                {
                    var sending = rig.SendAsync(method, $"secured/{path}", body, user: user, gone: going.Token);
                    for (var yields = random.Next(20); yields > 0; yields--)
                    {
                        await Task.Yield();
                    }

                    if (random.Next(3) == 0)
                    {
                        await going.CancelAsync();
                    }

                    using var response = await sending.Soon();
                    if (random.Next(40) == 0)
                    {
                        await watcher.CallAsync("wamp.session.kill_by_authid", [HttpRig.Reader], null);
                    }
                }
                catch (OperationCanceledException)
                {
                    // As it was meant.
                }
            }
        }
    }

    private static Task<(HttpSession?, Problem?)> JoinedAsync(ScriptedSession session) => Task.FromResult(((HttpSession?)session.Session, (Problem?)null));
}
