using System.Text;
using WampRouter.Realms;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms;

public sealed class UriTableTests
{
    [Test]
    public void Find_SameUriTwice_IsTheSameEntry()
    {
        var table = new UriTable(UriCheck.Loose, roles: 1, maxCached: 10);

        var (first, second) = (table.Find("com.a"u8), table.Find("com.a"u8));

        Assert.That(second, Is.SameAs(first));
    }

    [Test]
    public void Find_ClientsInventUris_TheTableStaysBounded()
    {
        var table = new UriTable(UriCheck.Loose, roles: 1, maxCached: 100);

        for (var i = 0; i < 10_000; i++)
        {
            table.Find(Encoding.UTF8.GetBytes($"com.invented.{i}"));
            Assert.That(table.Cached, Is.LessThanOrEqualTo(100));
        }
    }

    [Test]
    public void Find_ManyOthersSwept_AHeldEntryStays()
    {
        var table = new UriTable(UriCheck.Loose, roles: 1, maxCached: 10);
        var held = table.Pin("com.held"u8);

        for (var i = 0; i < 1_000; i++)
        {
            table.Find(Encoding.UTF8.GetBytes($"com.invented.{i}"));
        }

        Assert.That(table.Find("com.held"u8), Is.SameAs(held));
        table.Unpin(held);
        Assert.That(table.Cached, Is.LessThanOrEqualTo(11));
    }

    [Test]
    public void Find_MalformedUri_IsKnownAsSuchAndNotRemembered()
    {
        var table = new UriTable(UriCheck.Loose, roles: 1, maxCached: 10);

        Assert.That(table.Find("com..a"u8).IsValid, Is.False);
        Assert.That(table.Cached, Is.Zero);
    }

    [Test]
    public void Find_SteadyState_AllocatesNothing()
    {
        var table = new UriTable(UriCheck.Loose, roles: 1, maxCached: 10);
        table.Find("com.a"u8);

        var allocated = AllocatedBytes.LeastOf(() =>
        {
            for (var i = 0; i < 1_000; i++)
            {
                table.Find("com.a"u8);
            }
        });

        Assert.That(allocated, Is.Zero);
    }
}
