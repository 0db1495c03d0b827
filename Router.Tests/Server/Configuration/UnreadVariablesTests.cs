using WampRouter.Server.Configuration;

namespace WampRouter.Tests.Server.Configuration;

/// <summary>Where other programs are told to listen is not read, and that is said.</summary>
public sealed class UnreadVariablesTests
{
    [TestCase("ASPNETCORE_URLS", "http://*:8080", true)]
    [TestCase("DOTNET_URLS", "http://*:8080", true)]
    [TestCase("ASPNETCORE_HTTP_PORTS", "9000", true)]
    [TestCase("ASPNETCORE_HTTP_PORTS", "8080;9000", true)]
    [TestCase("ASPNETCORE_HTTPS_PORTS", "9000", true)]
    [TestCase("Kestrel__Endpoints__Http__Url", "http://*:1", true)]
    [TestCase("ASPNETCORE_HTTP_PORTS", "8080", false, Description = "as the .NET images set it, and where the router listens")]
    [TestCase("ASPNETCORE_HTTP_PORTS", "8081", true, Description = "a port of the loopback address is not what is meant")]
    [TestCase("ASPNETCORE_URLS", "", false)]
    [TestCase("ASPNETCORE_ENVIRONMENT", "Staging", false)]
    public void Find_Variable_IsNotedIfItSaysWhereToListen(string name, string value, bool isNoted)
    {
        ListenerOptions[] listeners = [new() { Url = "http://*:8080" }, new() { Url = "http://127.0.0.1:8081" }];

        var notes = UnreadVariables.Find([new(name, value)], listeners).Select(note => note.ToString());

        Assert.That(notes, Is.EqualTo(isNoted ? new[] { $"environment variable {name}: is not read; where the router listens is said by WampRouter__Listeners__0__Url, or --port for the port alone" } : []));
    }
}
