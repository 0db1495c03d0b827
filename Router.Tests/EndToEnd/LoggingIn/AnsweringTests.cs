using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.EndToEnd.LoggingIn;

/// <summary>The function of docs/clients.md that answers challenges, against an application with a method in two rounds.</summary>
[Category("EndToEnd")]
public sealed class AnsweringTests
{
    [Test]
    public async Task DotNetClient_FunctionOfTheDocument_IsLetIn()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddWampRouter().AddRealm("shop", static realm =>
        {
            realm.AddRole("frontend").AllowEverything();
            realm.Logins.AddMethod<PasswordAndCode>("password-and-code");
        });
        await using var app = builder.Build();
        app.MapWampRouter();
        await app.StartAsync().Soon();

        var seen = await LoggingInSnippets.AnsweringAsync(new UriBuilder(app.Urls.Single()) { Scheme = "ws", Path = "/ws" }.Uri).Soon();

        Assert.That(seen, Is.EqualTo("ada is in as frontend by password-and-code"));
    }

    private sealed class PasswordAndCode : IWampAuthenticator
    {
        private string _user = "";
        private string _given = "";

        public ValueTask<WampLoginStep> BeginAsync(WampLoginRequest request, CancellationToken cancellationToken)
        {
            _user = request.AuthId!;
            return ValueTask.FromResult(WampLoginStep.Challenge(new JsonObject { ["ask"] = "password" }));
        }

        public ValueTask<WampLoginStep> AnswerAsync(WampLoginAnswer answer, CancellationToken cancellationToken)
        {
            _given += answer.Signature + ";";
            return ValueTask.FromResult(
                answer.Round == 1 ? WampLoginStep.Challenge(new JsonObject { ["ask"] = "code" })
                : _given == "s3cret;123456;" ? WampLoginStep.Accept(new WampIdentity(_user, "frontend"))
                : WampLoginStep.Refuse());
        }
    }
}
