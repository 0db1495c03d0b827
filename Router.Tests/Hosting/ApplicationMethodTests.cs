using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WampRouter.Client;
using WampRouter.Sessions;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Hosting;

/// <summary>Authentication methods of an application's own: any number of rounds, what they see of the client, and that their faults are their own.</summary>
public sealed class ApplicationMethodTests
{
    private const int NoSuchRole = 1270;
    private const int CheckFailed = 1271;
    private const int BadIdentity = 1272;
    private const int CheckLate = 1273;

    [Test]
    [Shows("auth.two-rounds", "auth.extras")]
    public async Task AddMethod_PasswordThenCode_LetsInWhoHasBoth([Values] WampSerializer serializer)
    {
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync<PasswordAndCode>("password-and-code", services => services.AddScoped(_ => new Visit(ended)));

        var client = await host.JoinAsync(authentication: Answers("ada", "s3cret", "123456"), serializer: serializer);

        var session = client.Session!;
        Assert.That((session.AuthId, session.AuthRole, session.AuthMethod, session.AuthProvider), Is.EqualTo(("ada", "staff", "password-and-code", "application")));
        Assert.That(session.Details.TryGet<Told>("authextra", out var told), Is.True);
        Assert.That(told, Is.EqualTo(new Told("tablet", "AQI=", session.Id, 2)));
        await ended.Task.Soon();
    }

    [TestCase("wrong", "123456", 1)]
    [TestCase("s3cret", "000000", 2)]
    public async Task AddMethod_PasswordThenCode_RefusesWhoHasOne(string password, string code, int rounds)
    {
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync<PasswordAndCode>("password-and-code", services => services.AddScoped(_ => new Visit(ended)));
        var asked = 0;

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Answering(
            "password-and-code",
            "ada",
            (challenge, _) =>
            {
                asked++;
                return ValueTask.FromResult(new WampChallengeResponse(challenge.Round == 1 ? password : code));
            },
            new Dictionary<string, object?> { ["device"] = "tablet", ["key"] = new byte[] { 1, 2 } })));

        Assert.That((refused!.ErrorUri, asked), Is.EqualTo(("wamp.error.authentication_denied", rounds)));
        Assert.That(refused.Message, Does.Contain("unknown authid or wrong proof"));
        await ended.Task.Soon();
    }

    [Test]
    [Shows("auth.cookie")]
    public async Task AddMethod_Connection_IsSeen()
    {
        var seen = new Seen();
        await using var host = await StartAsync<Looking>("look", services => services.AddSingleton(seen));

        await host.JoinAsync(authentication: WampAuthentication.Answering("look", null, NoAnswer), request: static request =>
        {
            request.Headers.Cookie = "sid=\"a b\"; theme=dark; sid=other; =x; empty=";
            request.Headers.Origin = "http://localhost";
        });

        var request = seen.Requests.Single();
        Assert.That((request.Realm, request.Method, request.AuthId, request.AuthExtra), Is.EqualTo(("realm1", "look", (string?)null, (JsonObject?)null)));
        Assert.That(request.Connection.Cookies, Is.EqualTo(new Dictionary<string, string> { ["sid"] = "a b", ["theme"] = "dark", ["empty"] = "" }));
        Assert.That((request.Connection.Origin, request.Connection.Transport, request.Connection.IsSecure, request.Connection.ClientCertificate, request.Connection.User), Is.EqualTo(("http://localhost", "websocket", false, (object?)null, (object?)null)));
    }

    [Test]
    public async Task AddMethod_Skips_TheNextMethodOfTheClientIsTried()
    {
        await using var host = await StartAsync<Skipping>("skip", realm: static realm => realm.AllowAnonymous("staff"));

        var client = await host.JoinAsync(authentication: WampAuthentication.AnyOf(WampAuthentication.Answering("skip", null, NoAnswer), WampAuthentication.Anonymous));

        Assert.That(client.Session!.AuthMethod, Is.EqualTo("anonymous"));
    }

    [Test]
    public async Task AddMethod_SkipsAndTheClientHasNoOther_IsToldWhich()
    {
        await using var host = await StartAsync<Skipping>("skip", realm: static realm => realm.AllowAnonymous("staff"));

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Answering("skip", null, NoAnswer)));

        Assert.That(refused!.ErrorUri, Is.EqualTo("wamp.error.no_matching_auth_method"));
        Assert.That(refused.Message, Does.Contain("the realm takes 'anonymous' or 'skip'; the client offered 'skip' of these, and may not log in with it"));
        Assert.That(host.Log.Lines, Has.One.Contains("offered: skip; not for this client: 'skip' ("));
    }

    [TestCase("throws in begin", CheckFailed, "wamp.error.authentication_failed")]
    [TestCase("throws in answer", CheckFailed, "wamp.error.authentication_failed")]
    [TestCase("returns null", CheckFailed, "wamp.error.authentication_failed")]
    [TestCase("skips in answer", CheckFailed, "wamp.error.authentication_failed")]
    [TestCase("throws in dispose", CheckFailed, "wamp.error.authentication_denied")]
    [TestCase("large challenge", BadIdentity, "wamp.error.authentication_failed")]
    [TestCase("no such role", NoSuchRole, "wamp.error.no_such_role")]
    public async Task AddMethod_Fault_OnlyItsLoginFailsAndTheLogSaysWhy(string fault, int eventId, string error)
    {
        await using var host = await StartAsync<Faulty>("faulty", services => services.AddSingleton(fault));

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: WampAuthentication.Answering("faulty", null, NoAnswer)));

        Assert.That(refused!.ErrorUri, Is.EqualTo(error));
        await host.Log.WhenLoggedAsync(eventId).Soon();
        Assert.That(host.Log.Of(eventId), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task AddMethod_DoesNotAnswer_TheClientIsRefusedInTimeAndTheMethodDisposedOf()
    {
        var time = new ManualTime();
        var stuck = new Stuck();
        await using var host = await StartAsync<StuckMethod>("stuck", services => services.AddSingleton<TimeProvider>(time).AddSingleton(stuck));
        var connecting = host.Client(authentication: WampAuthentication.Answering("stuck", null, NoAnswer)).ConnectAsync();
        await stuck.Entered.Task.Soon();

        time.Advance(new WampSessionOptions().HelloTimeout);

        Assert.That(Assert.ThrowsAsync<WampConnectionException>(() => connecting.Soon())!.ErrorUri, Is.EqualTo("wamp.error.timeout"));
        Assert.That(host.Log.Of(CheckLate), Has.Count.EqualTo(1));
        await stuck.Canceled.Task.Soon();
        Assert.That(stuck.Disposed.Task.IsCompleted, Is.False, "not while its code runs");
        stuck.Leave.SetResult();
        await stuck.Disposed.Task.Soon();
    }

    [Test]
    public async Task AddMethod_ClientLeavesWithoutAnAnswer_TheMethodIsDisposedOf()
    {
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync<PasswordAndCode>("password-and-code", services => services.AddScoped(_ => new Visit(ended)));
        var challenged = new TaskCompletionSource();
        var client = host.Client(authentication: WampAuthentication.Answering("password-and-code", "ada", async (_, cancellationToken) =>
        {
            challenged.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return new WampChallengeResponse("");
        }));
        var connecting = client.ConnectAsync();
        await challenged.Task.Soon();

        await client.DisposeAsync();

        await ended.Task.Soon();
        Assert.CatchAsync(() => connecting.Soon());
    }

    [TestCase(16 * 1024, "wamp.error.authentication_denied")]
    [TestCase(16 * 1024 + 1, "wamp.error.payload_size_exceeded")]
    public async Task AddMethod_SignatureOfManyBytes_IsTakenUpToItsBound(int bytes, string error)
    {
        var ended = new TaskCompletionSource();
        await using var host = await StartAsync<PasswordAndCode>("password-and-code", services => services.AddScoped(_ => new Visit(ended)));

        var refused = Assert.ThrowsAsync<WampConnectionException>(() => host.JoinAsync(authentication: Answers("ada", new string('x', bytes), "")));

        Assert.That(refused!.ErrorUri, Is.EqualTo(error));
        await ended.Task.Soon();
    }

    [Test]
    public async Task AddMethod_AnotherRealm_IsJoined()
    {
        await using var host = await StartAsync<ToAnotherRealm>("move", also: static router => router.AddRealm("realm2", static realm => realm.AllowAnonymous("guest").AddRole("guest")));

        var client = await host.JoinAsync(authentication: WampAuthentication.Answering("move", null, NoAnswer));

        Assert.That(client.Session!.Details.TryGet<string>("realm", out var realm) ? realm : null, Is.EqualTo("realm2"));
        Assert.That(client.Session.AuthRole, Is.EqualTo("guest"));
    }

    [Test]
    public void AddMethod_NameOfAConfiguredOne_IsToldAtTheStart() =>
        Assert.That(
            () => StartAsync<Skipping>("anonymous", realm: static realm => realm.AllowAnonymous("staff")),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("AddMethod(\"anonymous\") of realm 'realm1': the realm's configuration offers a method of this name already"));

    [Test]
    public void AddMethod_NameOfAnotherWayOfTheApplication_IsToldAtTheStart() =>
        Assert.That(
            () => StartAsync<Skipping>("ticket", realm: static realm => realm.Logins.CheckTickets(static (_, _) => ValueTask.FromResult<WampIdentity?>(null))),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("AddMethod(\"ticket\") of realm 'realm1': CheckTickets offers a method of this name already"));

    [Test]
    public void AddMethod_ServiceThatCannotBeMade_IsToldAtTheStart() =>
        Assert.That(
            () => StartAsync<Looking>("look"),
            Throws.TypeOf<WampRouterConfigurationException>().With.Message.Contains("AddMethod(\"look\") of realm 'realm1'").And.Message.Contains(nameof(Seen)));

    [Test]
    public void AddMethod_WhatCannotBe_IsRefused()
    {
        var logins = new WampLogins().AddMethod<Skipping>("a");

        Assert.That(() => logins.AddMethod<Skipping>("a"), Throws.InvalidOperationException.With.Message.Contains("AddMethod(\"a\") was called already"));
        Assert.That(() => logins.AddMethod<Skipping>(""), Throws.ArgumentException);
        Assert.That(() => logins.AddMethod<Skipping>(new string('a', 65)), Throws.ArgumentException);
        Assert.That(() => WampLoginStep.Refuse(new string('a', 1025)), Throws.ArgumentException);
        Assert.That(() => WampLoginStep.Refuse(reason: "no uri"), Throws.ArgumentException);
        Assert.That(() => WampLoginStep.Accept(null!), Throws.ArgumentNullException);
    }

    private static WampAuthentication Answers(string authId, string password, string code) => WampAuthentication.Answering(
        "password-and-code",
        authId,
        (challenge, _) => ValueTask.FromResult(challenge.Extra.TryGet<string>("ask", out var ask) && ask == "code"
            ? new WampChallengeResponse(code) { Extra = new Dictionary<string, object?> { ["again"] = challenge.Round } }
            : new WampChallengeResponse(password)),
        new Dictionary<string, object?> { ["device"] = "tablet", ["key"] = new byte[] { 1, 2 } });

    private static ValueTask<WampChallengeResponse> NoAnswer(WampChallenge challenge, CancellationToken cancellationToken) => ValueTask.FromResult(new WampChallengeResponse(""));

    private static Task<EmbeddingHost> StartAsync<TAuthenticator>(string name, Action<IServiceCollection>? services = null, Action<WampRealmOptions>? realm = null, Action<WampRouterBuilder>? also = null)
        where TAuthenticator : class, IWampAuthenticator => EmbeddingHost.StartAsync(app =>
        {
            services?.Invoke(app.Services);
            var router = app.Services.AddWampRouter().Configure(static options => options.Transports.CloseTimeout = TimeSpan.FromMilliseconds(100)).AddRealm("realm1", options =>
            {
                options.AddRole("staff").AllowEverything();
                realm?.Invoke(options);
                options.Logins.AddMethod<TAuthenticator>(name);
            });
            also?.Invoke(router);
        });

    private sealed record Told(string Device, string Key, long Session, int Again);

    /// <summary>What a login holds, such as a connection to a database.</summary>
    private sealed class Visit(TaskCompletionSource ended) : IAsyncDisposable
    {
        /// <summary>One is made at the start too, to see that it can be.</summary>
        public bool IsUsed { get; set; }

        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            if (IsUsed)
            {
                ended.TrySetResult();
            }
        }
    }

    private sealed class PasswordAndCode(Visit visit) : IWampAuthenticator
    {
        private WampLoginRequest? _request;
        private bool _hasPassword;

        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
        {
            (_request, visit.IsUsed) = (request, true);
            return ValueTask.FromResult(WampLoginStep.Challenge(new JsonObject { ["ask"] = "password" }));
        }

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken)
        {
            if (!_hasPassword && answer.Signature == "s3cret")
            {
                _hasPassword = true;
                return ValueTask.FromResult(WampLoginStep.Challenge(new JsonObject { ["ask"] = "code" }));
            }

            return ValueTask.FromResult(!_hasPassword || answer.Signature != "123456" ? WampLoginStep.Refuse() : WampLoginStep.Accept(new WampIdentity(_request!.AuthId!, "staff")
            {
                AuthExtra = new JsonObject
                {
                    ["device"] = _request.AuthExtra?["device"]?.DeepClone(),
                    ["key"] = ((string?)_request.AuthExtra?["key"])?.TrimStart('\0'),
                    ["session"] = _request.Session,
                    ["again"] = answer.Extra?["again"]?.DeepClone(),
                },
            }));
        }
    }

    private sealed class Seen
    {
        public ConcurrentQueue<WampLoginRequest> Requests { get; } = new();
    }

    private sealed class Looking(Seen seen) : IWampAuthenticator
    {
        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
        {
            seen.Requests.Enqueue(request);
            return ValueTask.FromResult(WampLoginStep.Accept(new WampIdentity("somebody", "staff")));
        }

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }

    private sealed class Skipping : IWampAuthenticator
    {
        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(WampLoginStep.Skip());

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }

    private sealed class ToAnotherRealm : IWampAuthenticator
    {
        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult(WampLoginStep.Accept(new WampIdentity("somebody", "guest") { Realm = "realm2" }));

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken) => throw new InvalidOperationException();
    }

    private sealed class Faulty(string fault) : IWampAuthenticator, IDisposable
    {
        private bool _isUsed;

        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
        {
            _isUsed = true;
            return fault switch
            {
                "throws in begin" => throw new TimeoutException("the database is asleep"),
                "returns null" => ValueTask.FromResult<WampLoginStep>(null!),
                "large challenge" => ValueTask.FromResult(WampLoginStep.Challenge(new JsonObject { ["x"] = new string('x', WampIdentity.MaxAuthExtraBytes) })),
                "no such role" => ValueTask.FromResult(WampLoginStep.Accept(new WampIdentity("somebody", "boss"))),
                _ => ValueTask.FromResult(WampLoginStep.Challenge()),
            };
        }

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken) => fault switch
        {
            "throws in answer" => throw new TimeoutException("the database is asleep"),
            "skips in answer" => ValueTask.FromResult(WampLoginStep.Skip()),
            _ => ValueTask.FromResult(WampLoginStep.Refuse()),
        };

        public void Dispose()
        {
            if (_isUsed && fault == "throws in dispose")
            {
                throw new TimeoutException("the database is asleep");
            }
        }
    }

    private sealed class Stuck
    {
        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource Canceled { get; } = new();

        public TaskCompletionSource Leave { get; } = new();

        public TaskCompletionSource Disposed { get; } = new();
    }

    private sealed class StuckMethod(Stuck stuck) : IWampAuthenticator, IDisposable
    {
        private bool _isUsed;

        public async ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
        {
            _isUsed = true;
            cancellationToken.Register(stuck.Canceled.SetResult);
            stuck.Entered.SetResult();
            await stuck.Leave.Task;
            return WampLoginStep.Challenge();
        }

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken) => throw new InvalidOperationException();

        public void Dispose()
        {
            if (_isUsed)
            {
                stuck.Disposed.TrySetResult();
            }
        }
    }
}
