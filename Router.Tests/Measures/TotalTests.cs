using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Measures;

internal sealed class TotalTests
{
    [Test]
    public void Total_BeforeAndAfterItsFirstCount_ReportsWhatThereWas()
    {
        using var meters = new TestMeters();
        var total = meters.Router.CreateTotal("wamp_router.test.things", "{thing}", "Things");
        using var measured = new Measured(meters.Router, "wamp_router.test.things");

        Assert.That(measured.Values, Is.EqualTo(new[] { 0d }));

        total.Add(1);
        total.Add(2);

        Assert.That(measured.Values, Is.EqualTo(new[] { 3d }));
    }
}
