using WampRouter.Client;

namespace WampRouter.Tests.Clients;

/// <summary>A URI is measured in bytes of UTF-8, whatever its characters: the longest that the protocol has is taken, the next one refused.</summary>
internal sealed class UriLengthTests
{
    private const int MaxBytes = 1024;

    private JoinedClient _joined = null!;

    private static IEnumerable<string> Characters => ["a", "\u00E9", "\u20AC", "\U0001F680"];

    [SetUp]
    public async Task JoinAsync() => _joined = await JoinedClient.JoinAsync(WampSerializer.Json);

    [TearDown]
    public async Task LeaveAsync() => await _joined.DisposeAsync();

    [TestCaseSource(nameof(Characters))]
    public async Task PublishAsync_UriUpToTheLongest_IsSent(string character)
    {
        var bytes = System.Text.Encoding.UTF8.GetByteCount(character);
        foreach (var count in new[] { 1, 63, 64, 84, 85, 86, 127, 128, 255, 256, MaxBytes / bytes }.Where(count => count * bytes <= MaxBytes))
        {
            await _joined.Client.PublishAsync(string.Concat(Enumerable.Repeat(character, count)));

            var sent = Newtonsoft.Json.Linq.JArray.Parse(await _joined.Peer.ReceiveAsync());
            Assert.That(((string)sent[3]!).Length, Is.EqualTo(count * character.Length), $"{count} characters");
        }
    }

    [TestCaseSource(nameof(Characters))]
    public void PublishAsync_UriLongerThanTheLongest_IsRefusedWhereItIsGiven(string character)
    {
        var uri = string.Concat(Enumerable.Repeat(character, (MaxBytes / System.Text.Encoding.UTF8.GetByteCount(character)) + 1));

        Assert.That(() => _joined.Client.PublishAsync(uri).AsTask(), Throws.ArgumentException.With.Message.Contains($"{MaxBytes} are the most"));
    }
}
