using WampRouter.Sessions;
using WampRouter.Sessions.Authentication;
using WampRouter.Sessions.Hello;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Sessions.Authentication;

/// <summary>Who asks cannot learn from the time which users there are: every check costs the same iterations, counted where they are made.</summary>
public sealed class TicketCostTests
{
    private const int Dearest = 1_300_000;

    private static readonly TicketPrincipal[] Principals =
    [
        User("one-hash", 600_000),
        User("two-hashes", 600_000, 700_000),
        User("generated", 0),
        User("generated-and-chosen", 0, 900_000),
        User("none"),
    ];

    [TestCase("one-hash")]
    [TestCase("two-hashes")]
    [TestCase("generated")]
    [TestCase("generated-and-chosen")]
    [TestCase("none")]
    [TestCase("nobody")]
    [Shows("ticket.users-not-told")]
    public async Task Authenticate_Anybody_CostsWhatTheDearestUserDoes(string authId)
    {
        using var verifier = new TicketVerifier(new WampSessionOptions { ConcurrentTicketChecks = 1, QueuedTicketChecks = 0 }, TimeProvider.System);
        var spent = 0L;
        var method = new TicketMethod("realm1", new TicketSettings { Principals = Principals.ToDictionary(user => user.AuthId) }, verifier, (_, _, _, iterations) => spent += iterations);
        var hello = new HelloRequest { Realm = "realm1", AuthMethods = ["ticket"], AuthId = authId };

        var challenge = (AuthenticationStep.Challenge)(await method.BeginAsync(new LoginRequest(1, hello, TestPeer.Local(WireFormat.Json)), CancellationToken.None))!;
        var answer = await challenge.Pending.AnswerAsync("wrong"u8, null, CancellationToken.None).AsTask().Soon();

        Assert.That(spent, Is.EqualTo(Dearest));
        Assert.That(((AuthenticationStep.Refuse)answer).Reason, Is.EqualTo(WampErrors.AuthenticationDenied));
    }

    private static TicketPrincipal User(string authId, params int[] iterations) => new() { AuthId = authId, Role = "anonymous", Tickets = [.. iterations.Select(HashOf)] };

    /// <summary>A hash that no ticket has, made without the iterations.</summary>
    private static TicketHash HashOf(int iterations)
    {
        var (salt, digest) = (Convert.ToBase64String(new byte[16]), Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]));
        var text = iterations == 0 ? $"sha256:{digest}" : $"pbkdf2-sha256:{iterations}:{salt}:{digest}";
        return TicketHash.TryParse(text, out var hash, out var problem) ? hash : throw new AssertionException(problem);
    }
}
