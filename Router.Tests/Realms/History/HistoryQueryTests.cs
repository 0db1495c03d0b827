using WampRouter.Realms.History;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.History;

/// <summary>The conditions of <c>wamp.subscription.get_events</c>: times as RFC 3339 writes them, with and without a zone, however fine.</summary>
public sealed class HistoryQueryTests
{
    private static readonly DateTimeOffset Moment = new(2030, 1, 31, 23, 59, 59, TimeSpan.Zero);

    [TestCase("2030-01-31T23:59:59Z", 0)]
    [TestCase("2030-01-31T23:59:59", 0)]
    [TestCase("2030-01-31t23:59:59z", 0)]
    [TestCase("2030-02-01T01:29:59+01:30", 0)]
    [TestCase("2030-01-31T23:59:59.5Z", 5_000_000)]
    [TestCase("2030-01-31T23:59:59.5", 5_000_000)]
    [TestCase("2030-02-01T00:59:59.5+01:00", 5_000_000)]
    [TestCase("2030-01-31T23:59:59.1234567Z", 1_234_567)]
    [TestCase("2030-01-31T23:59:59.1234567", 1_234_567)]
    [TestCase("2030-01-31T23:59:59.12345678", 1_234_567)]
    [TestCase("2030-01-31T23:59:59.123456789012345Z", 1_234_567)]
    [TestCase("2030-01-31T22:59:59.123456789-01:00", 1_234_567)]
    public void TryRead_TimeWrittenInAnyWay_IsThatMoment(string text, int ticks)
    {
        foreach (var name in new[] { "from_time", "after_time", "before_time", "until_time" })
        {
            Assert.That(TryRead($"{{\"{name}\":\"{text}\"}}", out var query), Is.Null);
            var times = new[] { query.FromTime, query.AfterTime, query.BeforeTime, query.UntilTime };
            Assert.That(times.Single(time => time is not null), Is.EqualTo(Moment.AddTicks(ticks)));
        }
    }

    [TestCase("\"\"")]
    [TestCase("\".\"")]
    [TestCase("\"2030-01-31\"")]
    [TestCase("\"2030-01-31 23:59:59Z\"")]
    [TestCase("\"2030-02-31T23:59:59Z\"")]
    [TestCase("\"2030-01-31T23:59:59.5.5Z\"")]
    [TestCase("\"2030-01-31T23:59:59.1234567891\\u00B2\"")]
    [TestCase("1900000000")]
    [TestCase("[]")]
    public void TryRead_NoTime_SaysHowOneIsWritten(string value) =>
        Assert.That(TryRead($"{{\"from_time\":{value}}}", out _), Does.StartWith("from_time, after_time, before_time and until_time must be RFC 3339 timestamps such as "));

    [Test]
    public void TryRead_ConditionsThatAreNull_AreNotGiven()
    {
        Assert.That(TryRead("""{"from_time":null,"limit":null,"topic":null,"reverse":null,"from_publication":null}""", out var query), Is.Null);

        Assert.That((query.FromTime, query.Limit, query.Topic, query.Reverse, query.FromPublication), Is.EqualTo((default(DateTimeOffset?), default(int?), default(string), false, default(ulong?))));
    }

    private static string? TryRead(string json, out EventHistoryQuery query) =>
        EventHistoryQuery.TryRead(new DictionaryReader(WireFormat.Json, System.Text.Encoding.UTF8.GetBytes(json)), out query, out var problem) ? null : problem;
}
