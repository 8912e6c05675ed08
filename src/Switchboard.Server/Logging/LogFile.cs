using System.Globalization;
using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Server.Logging;

/// <summary>
/// <c>switchboard.log</c> in a folder. When it is large, and each day, it is put aside under a name with the time, and of
/// these some are kept. Where it cannot be written that is told once, and tried again from time to time.
/// </summary>
/// <param name="settings">Where it is, and how much is kept.</param>
/// <param name="formatter">How lines of its own look.</param>
/// <param name="tell">Told of what keeps it from being written, and of its end.</param>
/// <param name="time">The clock.</param>
internal sealed class LogFile(LogFileSettings settings, LogFormatter formatter, Action<LogLevel, string> tell, TimeProvider time) : ILogTarget
{
    private const int MostMegabyte = 1024 * 1024;

    // Two gateways may be started in one folder.
    private const int MostProcesses = 16;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly string _folder = settings.Folder!;
    private FileStream? _claim;
    private FileStream? _file;
    private string _name = "switchboard";
    private DateOnly _day;
    private long _lost;
    private DateTimeOffset _tryAgain;

    /// <inheritdoc/>
    public string Name => "file";

    private string Current => Path.Combine(_folder, $"{_name}.log");

    private DateOnly Today => DateOnly.FromDateTime(time.GetLocalNow().DateTime);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> lines)
    {
        if (_lost > 0 && time.GetUtcNow() < _tryAgain)
        {
            _lost += lines.Count((byte)'\n');
            return;
        }

        try
        {
            Open();
            Roll(lines.Length);
            _file!.Write(lines);
            if (_lost > 0)
            {
                tell(LogLevel.Warning, string.Create(CultureInfo.InvariantCulture, $"The log's file in {_folder} is written again; {_lost} lines are missing in it."));
                _lost = 0;
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fail(fault, lines.Count((byte)'\n'));
        }
    }

    /// <inheritdoc/>
    public byte[] TellLost(long lines) => formatter.TellLost(lines);

    /// <inheritdoc/>
    public void Dispose()
    {
        CloseFile();
        _claim?.Dispose();
    }

    private void Fail(Exception fault, int lines)
    {
        if (_lost == 0)
        {
            tell(LogLevel.Warning, $"The log's file in {_folder} cannot be written, and lines are missing in it until it can: {fault.Message} logging.file.enabled: false does without one.");
        }

        CloseFile();
        _lost += lines;
        _tryAgain = time.GetUtcNow() + s_pause;
    }

    private void Open()
    {
        if (_file is not null)
        {
            return;
        }

        Directory.CreateDirectory(_folder);
        Claim();
        _file = new FileStream(Current, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        _day = _file.Length == 0 ? Today : DateOnly.FromDateTime(time.GetLocalNow().DateTime - (time.GetUtcNow().UtcDateTime - File.GetLastWriteTimeUtc(Current)));
        EndLine(_file);
    }

    // What was cut, by a full disk or an end of the process, must not swallow the next line.
    private static void EndLine(FileStream file)
    {
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            var isCut = file.ReadByte() != '\n';
            if (isCut)
            {
                file.Write("\n"u8);
            }
        }
    }

    // The system frees it with the process, however that ends.
    private void Claim()
    {
        for (var process = 1; _claim is null; process++)
        {
            _name = process == 1 ? "switchboard" : $"switchboard-{process}";
            try
            {
                _claim = new FileStream(Path.Combine(_folder, $".{_name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (process < MostProcesses && File.Exists(Path.Combine(_folder, $".{_name}.lock")))
            {
                // Another gateway writes there.
            }
        }
    }

    private void Roll(int more)
    {
        var today = Today;
        if (_file!.Length == 0)
        {
            _day = today;
        }

        if (_file.Length == 0 || (_day == today && _file.Length + more <= (long)settings.MaxMegabytes * MostMegabyte))
        {
            return;
        }

        CloseFile();
        var name = string.Create(CultureInfo.InvariantCulture, $"{_name}.{time.GetLocalNow():yyyyMMdd-HHmmss}");
        var aside = Path.Combine(_folder, $"{name}.log");
        for (var number = 2; File.Exists(aside); number++)
        {
            aside = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{number:000}.log"));
        }

        File.Move(Current, aside);
        DeleteOld();
        Open();
        _day = today;
    }

    // The names are in the order of time.
    private void DeleteOld()
    {
        var oldest = settings.MaxDays is { } days ? time.GetUtcNow().UtcDateTime.AddDays(-days) : DateTime.MinValue;
        var aside = Directory.GetFiles(_folder, $"{_name}.*.log").Where(file => file != Current).OrderDescending(StringComparer.Ordinal).ToArray();
        foreach (var file in aside.Where((file, place) => place >= settings.MaxFiles || File.GetLastWriteTimeUtc(file) < oldest))
        {
            File.Delete(file);
        }
    }

    private void CloseFile()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // Nothing is held back that could not be written.
        }

        _file = null;
    }
}
