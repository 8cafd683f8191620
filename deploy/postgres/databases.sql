-- One database for each process that keeps rows; `tickets` is made by the image itself.
CREATE DATABASE incidents;
CREATE DATABASE sla;
CREATE DATABASE bot;
