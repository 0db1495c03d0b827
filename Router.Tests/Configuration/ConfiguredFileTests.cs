using System.Net.Sockets;
using WampRouter.Configuration.Documents;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Configuration;

/// <summary>What is no file is told at once: opened as a file is, a pipe would wait for a writer for good.</summary>
public sealed class ConfiguredFileTests
{
    private const string NoFile = "is no file, but a pipe, a socket or a device, which is not read here; put a file in its place";

    private RealmDirectory _directory = null!;

    [SetUp]
    public void CreateDirectory() => _directory = new RealmDirectory();

    [TearDown]
    public void DeleteDirectory() => _directory.Dispose();

    [TestCase("")]
    [TestCase("text")]
    public async Task TryRead_File_HasItsBytes(string text)
    {
        _directory.With("a.json", text);

        var (bytes, problem) = await ReadAsync(At("a.json"));

        Assert.That(problem, Is.Null);
        Assert.That(bytes, Is.EqualTo(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Test]
    public async Task TryRead_Link_HasTheBytesOfItsFile()
    {
        _directory.With("a.json", "text");
        File.CreateSymbolicLink(At("link.json"), At("a.json"));

        Assert.That((await ReadAsync(At("link.json"))).Bytes, Has.Length.EqualTo(4));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task TryRead_PipeThatNobodyWritesInto_IsNoFile()
    {
        NamedPipe.Make(At("a.json"));

        Assert.That((await ReadAsync(At("a.json"))).Problem, Is.EqualTo(NoFile));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task TryRead_Socket_IsNoFile()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(At("a.json")));

        Assert.That((await ReadAsync(At("a.json"))).Problem, Is.EqualTo(NoFile));
    }

    [Test]
    [Platform(Exclude = "Win")]
    public async Task TryRead_DeviceWithoutAnEnd_IsNoFile() => Assert.That((await ReadAsync("/dev/zero")).Problem, Is.EqualTo(NoFile));

    [Test]
    public async Task TryRead_Directory_IsNamedAsOne() => Assert.That((await ReadAsync(_directory.Path)).Problem, Does.StartWith("is a directory, and a file must be there"));

    [Test]
    public async Task TryRead_NothingThere_SaysWhyInDotnetsWords() => Assert.That((await ReadAsync(At("a.json"))).Problem, Does.StartWith("cannot be read: Could not find file"));

    private string At(string name) => Path.Combine(_directory.Path, name);

    private static Task<(byte[]? Bytes, string? Problem)> ReadAsync(string path) => Task.Run(() =>
    {
        ConfiguredFile.TryRead(path, out var bytes, out var problem);
        return (bytes, problem);
    }).Soon();
}
