module switchboard.example/client

go 1.19
