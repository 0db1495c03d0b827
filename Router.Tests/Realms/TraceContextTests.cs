using WampRouter.Tests.Doubles;
using WampRouter.Tests.Realms.Broker;
using WampRouter.Tests.Realms.Dealer;

namespace WampRouter.Tests.Realms;

/// <summary>W3C trace context goes from PUBLISH to EVENT and from CALL to INVOCATION, and nothing else that starts with an underscore does.</summary>
public sealed class TraceContextTests
{
    private const string Parent = "\"_traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"";
    private const string State = "\"_tracestate\":\"congo=t61rcWkgMzE\"";

    private TestRouter _router = null!;

    [SetUp]
    public void SetUp() => _router = new TestRouter();

    [TearDown]
    public void TearDown() => _router.Dispose();

    [Test]
    public void Publish_WithTraceContext_TheEventCarriesIt()
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Send($$"""[16,1,{{{Parent}},{{State}},"_other":"x"},"com.topic",[1]]""");

        Assert.That(subscriber.Take().Single(), Does.EndWith($$""",{{{Parent}},{{State}}},[1]]"""));
    }

    [Test]
    public void Call_WithTraceContext_TheInvocationCarriesItAndTheResultDoesNot()
    {
        var (caller, callee) = (_router.Join(), _router.Join());
        callee.Register("com.procedure");

        caller.Call(1, options: $"{Parent},{State},\"_other\":\"x\"", payload: "[1]");

        Assert.That(callee.Take(), Is.EqualTo(new[] { $$"""[68,1,1,{{{Parent}},{{State}}},[1]]""" }));
        callee.Send("[70,1,{},[2]]");
        Assert.That(caller.Take(), Is.EqualTo(new[] { "[50,1,{},[2]]" }));
    }

    [TestCase("\"_traceparent\":7")]
    [TestCase("\"_traceparent\":null")]
    [TestCase("\"_traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-and-what-else-a-peer-may-put-there\"")]
    [TestCase("\"_tracestates\":\"x\"")]
    public void Publish_WhatCannotBeTraceContext_IsIgnored(string option)
    {
        var (publisher, subscriber) = (_router.Join(), _router.Join());
        subscriber.Subscribe("com.topic");

        publisher.Send($$"""[16,1,{{{option}}},"com.topic",[1]]""");

        Assert.That(subscriber.Take().Single(), Does.EndWith(",{},[1]]"));
    }
}
