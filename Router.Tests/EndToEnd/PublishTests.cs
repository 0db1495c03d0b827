using WampRouter.Tests.Configuration;

namespace WampRouter.Tests.EndToEnd;

/// <summary>The last step of publish.sh: what it puts into its output folder, and what it leaves alone there. Needs nothing to be compiled.</summary>
public sealed class PublishTests
{
    private string _made = "";
    private string _out = "";

    [SetUp]
    public void CreateFolders()
    {
        var root = Directory.CreateTempSubdirectory("wamprouter-").FullName;
        (_made, _out) = (Path.Combine(root, "made"), Path.Combine(root, "out"));
        Make("wamprouter", "program 1");
        Make("appsettings.json", "settings 1");
        Make("config/realms/realm1.json", "realm 1");
        Make("config/realm.schema.json", "schema 1");
    }

    [TearDown]
    public void DeleteFolders() => Directory.Delete(Path.GetDirectoryName(_made)!, recursive: true);

    [Test]
    public async Task Install_NewFolder_HasEverything()
    {
        Assert.That(await InstallAsync(), Is.Empty);

        Assert.That(Files(), Is.EqualTo(new[] { "appsettings.json", "config/realm.schema.json", "config/realms/realm1.json", "wamprouter" }));
    }

    [Test]
    public async Task Install_FilesOfOthers_Stay()
    {
        await InstallAsync();
        Put("data/history.db", "events");
        Put("config/realms/shop.json", "my realm");
        Put("notes.txt", "mine");

        await InstallAsync();

        Assert.That((Read("data/history.db"), Read("config/realms/shop.json"), Read("notes.txt")), Is.EqualTo(("events", "my realm", "mine")));
    }

    [Test]
    public async Task Install_SettingsUnchanged_AreReplacedByTheNewOnes()
    {
        await InstallAsync();
        Make("wamprouter", "program 2");
        Make("appsettings.json", "settings 2");
        Make("config/realms/realm1.json", "realm 2");

        Assert.That(await InstallAsync(), Is.Empty);
        Assert.That((Read("wamprouter"), Read("appsettings.json"), Read("config/realms/realm1.json")), Is.EqualTo(("program 2", "settings 2", "realm 2")));
    }

    [TestCase("appsettings.json")]
    [TestCase("config/realms/realm1.json")]
    public async Task Install_SettingsChanged_StayAndTheNewOnesLieBeside(string file)
    {
        await InstallAsync();
        Put(file, "mine");
        Make(file, "of version 2");

        Assert.That(await InstallAsync(), Is.EqualTo(new[] { $"publish.sh: {_out}/{file} was changed and stays; this version's is {_out}/{file}.new" }));
        Assert.That((Read(file), Read($"{file}.new")), Is.EqualTo(("mine", "of version 2")));

        Assert.That(await InstallAsync(), Is.Empty, "the third time there is nothing new");
        Assert.That(Read(file), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Install_SettingsOfAFolderWithoutANote_CountAsChanged()
    {
        Put("appsettings.json", "mine");

        Assert.That(await InstallAsync(), Has.Length.EqualTo(1));
        Assert.That(Read("appsettings.json"), Is.EqualTo("mine"));
    }

    [Test]
    public async Task Install_RealmTakenAway_StaysAway()
    {
        await InstallAsync();
        File.Delete(Path.Combine(_out, "config/realms/realm1.json"));

        Assert.That(await InstallAsync(), Is.EqualTo(new[] { $"publish.sh: {_out}/config/realms/realm1.json was taken away and stays away" }));
        Assert.That(await InstallAsync(), Has.Length.EqualTo(1), "the third time as well");
        Assert.That(Files(), Has.None.EqualTo("config/realms/realm1.json"));
    }

    [Test]
    public async Task Install_FileOfAnEarlierVersion_GoesUnlessItWasChanged()
    {
        Make("libold.so", "library");
        Make("config/realms/demo.json", "demo");
        await InstallAsync();
        File.Delete(Path.Combine(_made, "libold.so"));
        File.Delete(Path.Combine(_made, "config/realms/demo.json"));
        Put("config/realms/demo.json", "mine");

        Assert.That(await InstallAsync(), Is.EqualTo(new[] { $"publish.sh: {_out}/config/realms/demo.json is of an earlier version and was changed; it stays" }));
        Assert.That(Files(), Has.None.EqualTo("libold.so"));
        Assert.That(Read("config/realms/demo.json"), Is.EqualTo("mine"));
    }

    private async Task<string[]> InstallAsync()
    {
        await using var script = ChildProcess.Start(["bash", Path.Combine(ShippedFiles.Root, "publish.sh")], ["--install", _made, _out]);
        Assert.That(await script.ExitAsync(), Is.Zero, script.ToString());
        return [.. script.Output];
    }

    private void Make(string file, string content) => Write(_made, file, content);

    private void Put(string file, string content) => Write(_out, file, content);

    private string Read(string file) => File.ReadAllText(Path.Combine(_out, file));

    private string[] Files() =>
        [.. Directory.EnumerateFiles(_out, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_out, file)).Where(file => file != ".published").Order(StringComparer.Ordinal)];

    private static void Write(string folder, string file, string content)
    {
        var path = Path.Combine(folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
