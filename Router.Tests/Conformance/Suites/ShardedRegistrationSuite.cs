using WampRouter.Tests.Conformance.Exchange;
using WampRouter.Tests.Doubles;
using WampRouter.Wire;

namespace WampRouter.Tests.Conformance.Suites;

/// <summary>rfc/text/advanced/rpc_sharded_registration.md, as far as it is written.</summary>
[TestFixtureSource(typeof(ConformanceSuite), nameof(Everywhere))]
internal sealed class ShardedRegistrationSuite(Way way, WireFormat format) : AdvancedCallSuite(way, format)
{
    [Test]
    [Shows("sharded-registration.feature", "sharded-registration.partitioned")]
    public async Task Call_Partitioned_TheSameKeyReachesTheSameCallee()
    {
        await RegisterAsync(Callee, "\"invoke\":\"roundrobin\",\"nkey\":\"a\"");
        var second = await JoinAsync("second");
        await RegisterAsync(second, "\"invoke\":\"roundrobin\",\"nkey\":\"b\"");

        // Which of the two owns a key is fixed by the names of the nodes and the key alone.
        await CallAsync(Caller, 1, """ "runmode":"partition","rkey":"house-5" """);
        await CallAsync(Caller, 2, """ "runmode":"partition","rkey":"house-5" """);
        await CallAsync(Caller, 3, """ "runmode":"partition","rkey":"house-6" """);
        await CallAsync(Caller, 4, """ "runmode":"partition","rkey":"house-6" """);
        await Caller.ExpectNothingAsync();

        await ExpectInvocationAsync(Callee);
        await ExpectInvocationAsync(Callee, 2);
        await ExpectInvocationAsync(second);
        await ExpectInvocationAsync(second, 2);
    }

    [TestCase("\"runmode\":\"partition\"")]
    [Shows("sharded-registration.key")]
    public async Task Call_PartitionedWithoutAKey_IsAnInvalidArgument(string options) => await ExpectInvalidAsync(options);

    [TestCase("\"rkey\":\"a\"")]
    [TestCase("\"runmode\":\"all\",\"rkey\":\"a\"")]
    [TestCase("\"runmode\":\"partition\",\"rkey\":[1]")]
    [Shows("sharded-registration.invalid")]
    public async Task Call_RunModeAndKeyDoNotFit_IsAnInvalidArgument(string options) => await ExpectInvalidAsync(options);

    private async Task ExpectInvalidAsync(string options)
    {
        await RegisterAsync(Callee);

        await CallAsync(Caller, 1, options);

        await ExpectRefusalAsync(Caller, 1, "invalid_argument");
        await Callee.ExpectNothingAsync();
    }
}
