using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>A list of receivers that is not given is none: no list narrows, an empty one admits nobody.</summary>
internal sealed class PublishOptionsTests
{
    [Test]
    public void Lists_SetToNull_AreNotGiven()
    {
        var options = new WampPublishOptions { Exclude = null, ExcludeAuthId = null, ExcludeAuthRole = null, Eligible = null, EligibleAuthId = null, EligibleAuthRole = null };

        Assert.That(options, Is.EqualTo(new WampPublishOptions()));
        Assert.That(options with { Eligible = [] }, Is.Not.EqualTo(options));
    }
}
