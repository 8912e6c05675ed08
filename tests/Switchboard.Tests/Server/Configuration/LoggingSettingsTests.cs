using Microsoft.Extensions.Logging;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Server.Configuration;

public sealed class LoggingSettingsTests
{
    [Fact]
    public void By_default_people_read_what_happens_and_a_file_stands_beside_the_configuration()
    {
        using var folder = new ConfigurationFolder();

        var logging = folder.Load().Configuration!.Logging;

        Assert.Equal((LogLevel.Information, LogFormat.Console, false), (logging.Level, logging.Format, logging.Requests));
        Assert.Equal(new LogFileSettings { Folder = Path.Combine(folder.FullPath, "logs"), MaxMegabytes = 20, MaxFiles = 10 }, logging.File);
    }

    [Fact]
    public void All_of_it_can_be_said()
    {
        using var folder = new ConfigurationFolder("""
            logging:
              level: warning
              levels: { Switchboard.Gateway.Routing: debug, Microsoft: off }
              format: json
              requests: true
              file: { folder: there, max_mb: 5, max_files: 3, max_days: 7 }
            """);

        var logging = folder.Load().Configuration!.Logging;

        Assert.Equal(
            new LoggingSettings
            {
                Level = LogLevel.Warning,
                Levels = new Dictionary<string, LogLevel> { ["Switchboard.Gateway.Routing"] = LogLevel.Debug, ["Microsoft"] = LogLevel.None },
                Format = LogFormat.Json,
                Requests = true,
                File = new LogFileSettings { Folder = Path.Combine(folder.FullPath, "there"), MaxMegabytes = 5, MaxFiles = 3, MaxDays = 7 },
            },
            logging);
    }

    [Theory]
    [InlineData("DEBUG", LogLevel.Debug)]
    [InlineData("warn", LogLevel.Warning)]
    [InlineData("Warning", LogLevel.Warning)]
    [InlineData("information", LogLevel.Information)]
    [InlineData("fatal", LogLevel.Critical)]
    [InlineData("off", LogLevel.None)]
    public void The_variable_wins_over_the_file_and_takes_what_people_write(string written, LogLevel level)
    {
        using var folder = new ConfigurationFolder("logging: { level: error }");

        Assert.Equal(level, folder.Load(("LOG_LEVEL", written), ("LOG_FORMAT", "json")).Configuration!.Logging.Level);
        Assert.Equal(LogFormat.Json, folder.Load(("LOG_FORMAT", "json")).Configuration!.Logging.Format);
    }

    [Theory]
    [InlineData("logging: { level: loud }", "logging.level", "It must be one of trace, debug, info, warn, error, critical, off, but 'loud' is written.")]
    [InlineData("logging: { levels: { Microsoft: loud } }", "logging.levels.Microsoft", "It must be one of trace, debug, info, warn, error, critical, off, but 'loud' is written.")]
    [InlineData("logging: { file: { max_mb: 0 } }", "logging.file.max_mb", "0 is outside 1 to 10240 megabytes.")]
    [InlineData("logging: { file: { max_files: -1 } }", "logging.file.max_files", "-1 is outside 0 to 10000 files.")]
    [InlineData("logging: { file: { max_days: 0 } }", "logging.file.max_days", "0 is outside 1 to 3650 days.")]
    public void What_cannot_be_is_told(string text, string setting, string message)
    {
        using var folder = new ConfigurationFolder(text);

        var fault = Assert.Single(folder.Load().Faults);
        Assert.Equal((setting, message), (fault.Setting, fault.Message));
    }

    [Fact]
    public void Without_a_file_there_is_no_folder()
    {
        using var folder = new ConfigurationFolder("logging: { file: { enabled: false, folder: there } }");

        Assert.Null(folder.Load().Configuration!.Logging.File.Folder);
    }
}
