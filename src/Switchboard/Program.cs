using Switchboard.Cli.Commands;

return await SwitchboardCommand.InvokeAsync(args);
