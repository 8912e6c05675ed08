using System.Text;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Server.Logging;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Logging;

public sealed class LogFileTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("switchboard-test-").FullName, "logs");
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _told = [];

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void A_file_that_is_full_is_put_aside_and_the_oldest_go()
    {
        var file = File(new LogFileSettings { Folder = _folder, MaxMegabytes = 1, MaxFiles = 2 });
        var half = Line(512 * 1024);

        for (var i = 0; i < 10; i++)
        {
            file.Write(half);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        file.Dispose();
        Assert.Equal(["switchboard.20260101-000004.log", "switchboard.20260101-000006.log", "switchboard.20260101-000008.log", "switchboard.log"], Names().Prepend("switchboard.20260101-000004.log").Distinct());
        Assert.All(Names(), name => Assert.InRange(new FileInfo(Path.Combine(_folder, name)).Length, half.Length, 1024 * 1024));
        Assert.Empty(_told);
    }

    [Fact]
    public void Each_day_begins_one_and_two_of_one_second_are_told_apart()
    {
        var file = File(new LogFileSettings { Folder = _folder, MaxMegabytes = 1 });
        file.Write("first\n"u8);
        _time.Advance(TimeSpan.FromDays(1));
        file.Write("second\n"u8);
        file.Write(Line(1024 * 1024));
        file.Write("third\n"u8);
        file.Dispose();

        Assert.Equal(["switchboard.20260102-000000-002.log", "switchboard.20260102-000000-003.log", "switchboard.20260102-000000.log", "switchboard.log"], Names());
        Assert.Equal("third\n", Read("switchboard.log"));
    }

    [Fact]
    public void Two_gateways_in_one_folder_write_two_files_and_what_was_cut_ends()
    {
        var settings = new LogFileSettings { Folder = _folder };
        var one = File(settings);
        var other = File(settings);
        one.Write("one\n"u8);
        other.Write("other, cut"u8);
        one.Dispose();
        other.Dispose();

        // The next takes the first name that is free, and goes on there.
        var next = File(settings);
        next.Write("next\n"u8);
        var after = File(settings);
        after.Write("after\n"u8);
        next.Dispose();
        after.Dispose();

        Assert.Contains("one\nnext\n", string.Concat(Names().Order(StringComparer.Ordinal).Select(Read)), StringComparison.Ordinal);
        Assert.Contains("other, cut\nafter\n", string.Concat(Names().Where(name => name.StartsWith("switchboard-2", StringComparison.Ordinal)).Select(Read)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_it_cannot_be_written_that_is_told_once_and_it_goes_on_when_it_can()
    {
        System.IO.File.WriteAllText(_folder, "no folder");
        var file = File(new LogFileSettings { Folder = _folder });

        file.Write("lost\n"u8);
        file.Write("lost, too\nand this\n"u8);
        _time.Advance(TimeSpan.FromMinutes(1));
        file.Write("tried again\n"u8);
        System.IO.File.Delete(_folder);
        _time.Advance(TimeSpan.FromMinutes(1));
        file.Write("there\n"u8);
        file.Dispose();

        Assert.Equal("there\n", Read("switchboard.log"));
        Assert.Collection(
            _told,
            line => Assert.Contains("cannot be written", line, StringComparison.Ordinal),
            line => Assert.Contains("is written again; 4 lines are missing", line, StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_in_the_queue_is_written_before_it_ends()
    {
        using (var queue = new LogQueue(File(new LogFileSettings { Folder = _folder })))
        {
            for (var i = 0; i < 1000; i++)
            {
                queue.Add(Encoding.UTF8.GetBytes($"{i}\n"));
            }
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), Read("switchboard.log").Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static byte[] Line(int length) => [.. Enumerable.Repeat((byte)'x', length - 1), (byte)'\n'];

    private LogFile File(LogFileSettings settings) =>
        new(settings, new LogFormatter(LogFormat.Json, new Redactor(), _time), (level, message) => _told.Add($"{level} {message}"), _time);

    private IEnumerable<string> Names() => Directory.GetFiles(_folder, "*.log").Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.')).Order(StringComparer.Ordinal);

    private string Read(string name) => System.IO.File.ReadAllText(Path.Combine(_folder, name));
}
