graph [
  directed 0
  node [ id 0 label "frankfurt" host_bandwidth_up "100 Mbit" host_bandwidth_down "200 Mbit" ]
  node [ id 1 label "virginia" host_bandwidth_up "50 Mbit" host_bandwidth_down "1 Gbit" ]
  node [ id 2 label "sydney" host_bandwidth_up "2 Mbit" host_bandwidth_down "10 Mbit" ]
  edge [ source 0 target 0 latency "2 ms" packet_loss 0.0 ]
  edge [ source 1 target 1 latency "3 ms" packet_loss 0.0 ]
  edge [ source 2 target 2 latency "4 ms" packet_loss 0.001 ]
  edge [ source 0 target 1 latency "45 ms" packet_loss 0.01 ]
  edge [ source 1 target 2 latency "100 ms" packet_loss 0.03 ]
]
