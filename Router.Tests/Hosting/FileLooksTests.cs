using WampRouter.Hosting;
using WampRouter.Tests.Storage;

namespace WampRouter.Tests.Hosting;

/// <summary>Files that are replaced behind links are found to be others.</summary>
public sealed class FileLooksTests
{
    private DataDirectory _directory = null!;

    [SetUp]
    public void MakeDirectory() => _directory = new DataDirectory();

    [TearDown]
    public void RemoveDirectory() => _directory.Dispose();

    [Test]
    public void FindChange_FileIsWritten_IsFoundOnce()
    {
        File.WriteAllText(PathOf("a"), "one");
        var looks = new FileLooks([PathOf("a"), PathOf("b")]);
        Assert.That(looks.FindChange(), Is.False);

        File.WriteAllText(PathOf("a"), "longer");

        Assert.That((looks.FindChange(), looks.FindChange()), Is.EqualTo((true, false)));
    }

    [Test]
    public void FindChange_FileComesOrGoes_IsFound()
    {
        var looks = new FileLooks([PathOf("a")]);
        File.WriteAllText(PathOf("a"), "one");
        Assert.That(looks.FindChange(), Is.True);

        File.Delete(PathOf("a"));

        Assert.That(looks.FindChange(), Is.True);
    }

    [Test]
    public void FindChange_LinkLeadsToAnotherFileOfTheSameSize_IsFound()
    {
        File.WriteAllText(PathOf("first"), "one");
        File.WriteAllText(PathOf("second"), "two");
        File.SetLastWriteTimeUtc(PathOf("second"), File.GetLastWriteTimeUtc(PathOf("first")));
        File.CreateSymbolicLink(PathOf("link"), PathOf("first"));
        var looks = new FileLooks([PathOf("link")]);

        File.Delete(PathOf("link"));
        File.CreateSymbolicLink(PathOf("link"), PathOf("second"));

        Assert.That(looks.FindChange(), Is.True);
    }

    [Test]
    public void FindChange_DirectoryOnTheWayIsExchanged_IsFound()
    {
        Directory.CreateDirectory(PathOf("v1"));
        Directory.CreateDirectory(PathOf("v2"));
        File.WriteAllText(Path.Combine(PathOf("v1"), "tls.crt"), "one");
        File.WriteAllText(Path.Combine(PathOf("v2"), "tls.crt"), "another");
        Directory.CreateSymbolicLink(PathOf("data"), PathOf("v1"));
        File.CreateSymbolicLink(PathOf("tls.crt"), Path.Combine("data", "tls.crt"));
        var looks = new FileLooks([PathOf("tls.crt")]);

        Directory.CreateSymbolicLink(PathOf("data2"), PathOf("v2"));
        Directory.Delete(PathOf("data"));
        Directory.Move(PathOf("data2"), PathOf("data"));

        Assert.That(looks.FindChange(), Is.True);
    }

    private string PathOf(string name) => Path.Combine(_directory.Path, name);
}
